package strongroom.managed.keys;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a managed key does, by the number of its PKCS#11 mechanism, as Vault's API has it. */
public enum KeyMechanism {
  /** RSA PKCS#1 v1.5, to sign. */
  RSA_PKCS(0x1, "CKM_RSA_PKCS", true),
  /** RSA OAEP, to encrypt. */
  RSA_OAEP(0x9, "CKM_RSA_PKCS_OAEP", false),
  /** RSA PSS, to sign. */
  RSA_PSS(0xD, "CKM_RSA_PKCS_PSS", true),
  /** ECDSA, to sign. */
  ECDSA(0x1041, "CKM_ECDSA", true),
  /** Ed25519, to sign. */
  EDDSA(0x1057, "CKM_EDDSA", true),
  /** AES-GCM, to encrypt. */
  AES_GCM(0x1087, "CKM_AES_GCM", false);

  private final long number;
  private final String name;
  private final boolean signs;

  KeyMechanism(long number, String name, boolean signs) {
    this.number = number;
    this.name = name;
    this.signs = signs;
  }

  /** {@code CKM_*}. */
  public long number() {
    return number;
  }

  /** What it can be used for. */
  public Set<KeyUsage> usages() {
    return signs
        ? EnumSet.of(KeyUsage.SIGN, KeyUsage.VERIFY)
        : EnumSet.of(KeyUsage.ENCRYPT, KeyUsage.DECRYPT);
  }

  /** Whether its keys are RSA pairs. */
  public boolean rsa() {
    return this == RSA_PKCS || this == RSA_OAEP || this == RSA_PSS;
  }

  /** The one of {@code text}: a number, {@code 0x} hex or decimal, or the standard's name. */
  public static Optional<KeyMechanism> parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    try {
      long number =
          lower.startsWith("0x") ? Long.parseLong(lower.substring(2), 16) : Long.parseLong(lower);
      return Arrays.stream(values()).filter(m -> m.number == number).findFirst();
    } catch (NumberFormatException e) {
      return Arrays.stream(values())
          .filter(m -> m.name.toLowerCase(Locale.ROOT).equals(lower))
          .findFirst();
    }
  }

  /** All of them, for messages. */
  public static String words() {
    return Arrays.stream(values())
        .map(m -> String.format(Locale.ROOT, "0x%04x (%s)", m.number, m.name))
        .collect(Collectors.joining(", "));
  }
}
