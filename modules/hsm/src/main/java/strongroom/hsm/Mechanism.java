package strongroom.hsm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A PKCS#11 mechanism, by its number (PKCS#11 current mechanisms 3.1, appendix A).
 *
 * @param number as an unsigned 64-bit number; from 0x80000000 on a vendor's own
 */
public record Mechanism(long number) {
  /** RSA PKCS#1 v1.5: signatures over a DigestInfo. Not used to encrypt. */
  public static final Mechanism RSA_PKCS = new Mechanism(0x1);

  /** Makes an RSA key pair. */
  public static final Mechanism RSA_PKCS_KEY_PAIR_GEN = new Mechanism(0x0);

  /** RSA PSS, over a digest. */
  public static final Mechanism RSA_PKCS_PSS = new Mechanism(0xD);

  /** Makes a key pair on a prime curve. */
  public static final Mechanism EC_KEY_PAIR_GEN = new Mechanism(0x1040);

  /** ECDSA, over a digest. */
  public static final Mechanism ECDSA = new Mechanism(0x1041);

  /** Makes a key pair on an Edwards curve. */
  public static final Mechanism EC_EDWARDS_KEY_PAIR_GEN = new Mechanism(0x1055);

  /** EdDSA, over the message itself. */
  public static final Mechanism EDDSA = new Mechanism(0x1057);

  /** RSA OAEP. */
  public static final Mechanism RSA_PKCS_OAEP = new Mechanism(0x9);

  /** HMAC with SHA-256. */
  public static final Mechanism SHA256_HMAC = new Mechanism(0x251);

  /** HMAC with SHA-384. */
  public static final Mechanism SHA384_HMAC = new Mechanism(0x261);

  /** HMAC with SHA-512. */
  public static final Mechanism SHA512_HMAC = new Mechanism(0x271);

  /** Makes a generic secret. */
  public static final Mechanism GENERIC_SECRET_KEY_GEN = new Mechanism(0x350);

  /** Makes an AES key. */
  public static final Mechanism AES_KEY_GEN = new Mechanism(0x1080);

  /** AES-CBC without padding. */
  public static final Mechanism AES_CBC = new Mechanism(0x1082);

  /** AES-CBC with PKCS#7 padding. */
  public static final Mechanism AES_CBC_PAD = new Mechanism(0x1085);

  /** AES-GCM. */
  public static final Mechanism AES_GCM = new Mechanism(0x1087);

  /** AES key wrap with padding, RFC 5649, under its PKCS#11 2.40 number. */
  public static final Mechanism AES_KEY_WRAP_PAD = new Mechanism(0x210A);

  /** AES key wrap with padding, RFC 5649. */
  public static final Mechanism AES_KEY_WRAP_KWP = new Mechanism(0x210B);

  /**
   * Those that are used here. A network HSM takes a round trip to tell of each, and offers a
   * hundred, so that a connection asks about these only.
   */
  static final Set<Mechanism> USED =
      Set.of(
          RSA_PKCS,
          RSA_PKCS_KEY_PAIR_GEN,
          RSA_PKCS_PSS,
          EC_KEY_PAIR_GEN,
          ECDSA,
          EC_EDWARDS_KEY_PAIR_GEN,
          EDDSA,
          RSA_PKCS_OAEP,
          SHA256_HMAC,
          SHA384_HMAC,
          SHA512_HMAC,
          GENERIC_SECRET_KEY_GEN,
          AES_KEY_GEN,
          AES_CBC_PAD,
          AES_GCM,
          AES_KEY_WRAP_PAD,
          AES_KEY_WRAP_KWP);

  /** The name in the standard: {@code CKM_AES_GCM}; for an unknown one its number in hex. */
  public String name() {
    return Optional.ofNullable(Names.BY_NUMBER.get(number)).orElse(hex());
  }

  /** The number: {@code 0x1087}. */
  public String hex() {
    return String.format(Locale.ROOT, "0x%04x", number);
  }

  /**
   * The mechanism with a name ({@code CKM_AES_GCM}, {@code AES_GCM}) or a number ({@code 0x1087},
   * {@code 4231}); empty where {@code text} is neither.
   */
  public static Optional<Mechanism> parse(String text) {
    String upper = text.strip().toUpperCase(Locale.ROOT);
    try {
      if (upper.startsWith("0X")) {
        return Optional.of(new Mechanism(Long.parseUnsignedLong(upper.substring(2), 16)));
      }
      if (!upper.isEmpty() && Character.isDigit(upper.charAt(0))) {
        return Optional.of(new Mechanism(Long.parseUnsignedLong(upper)));
      }
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
    String name = upper.startsWith("CKM_") ? upper : "CKM_" + upper;
    return Optional.ofNullable(Names.BY_NAME.get(name)).map(Mechanism::new);
  }

  /** {@code CKM_AES_GCM (0x1087)}. */
  @Override
  public String toString() {
    return Names.BY_NUMBER.containsKey(number) ? name() + " (" + hex() + ")" : hex();
  }

  /** The standard's names, read when the first is asked for. */
  private static final class Names {
    static final Map<Long, String> BY_NUMBER = new HashMap<>();
    static final Map<String, Long> BY_NAME = new HashMap<>();

    static {
      try (InputStream stream = Mechanism.class.getResourceAsStream("mechanisms")) {
        if (stream == null) {
          throw new IllegalStateException("the table of mechanisms is not in the jar");
        }
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          int space = line.indexOf(' ');
          long number = Long.parseLong(line.substring(0, space), 16);
          BY_NUMBER.put(number, line.substring(space + 1));
          BY_NAME.put(line.substring(space + 1), number);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Names() {}
  }
}
