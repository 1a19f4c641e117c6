package strongroom.hsm;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A key in an HSM token, by what the token tells of it. The key itself never leaves.
 *
 * @param keyClass what kind of object
 * @param type {@code CKK_*}
 * @param label its label; empty where it has none
 * @param id its id in lower-case hex; empty where it has none
 * @param bits its size; 0 where the token does not tell
 * @param flags what is known of its flags; one that the token does not tell is not in the map
 */
public record HsmKey(
    KeyClass keyClass, long type, String label, String id, int bits, Map<KeyFlag, Boolean> flags) {
  /** Keeps a copy of {@code flags}. */
  public HsmKey {
    flags = flags.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(flags));
  }

  /** Whether the token says that {@code flag} is set. */
  public boolean is(KeyFlag flag) {
    return Boolean.TRUE.equals(flags.get(flag));
  }

  /** Whether the token says that {@code flag} is not set. */
  public boolean isNot(KeyFlag flag) {
    return Boolean.FALSE.equals(flags.get(flag));
  }

  /** Whether it is an AES key. */
  public boolean aes() {
    return keyClass == KeyClass.SECRET && type == Ck.CKK_AES;
  }

  /** Whether it is a half of an RSA pair. */
  public boolean rsa() {
    return keyClass != KeyClass.SECRET && type == Ck.CKK_RSA;
  }

  /** Whether it is a half of a pair on a curve, prime or Edwards. */
  public boolean onCurve() {
    return keyClass != KeyClass.SECRET && (type == Ck.CKK_EC || type == Ck.CKK_EC_EDWARDS);
  }

  /** Whether it is a half of an Ed25519 or Ed448 pair. */
  public boolean edwards() {
    return keyClass != KeyClass.SECRET && type == Ck.CKK_EC_EDWARDS;
  }

  /** Whether it is a secret for HMACs. Vendors use the hash functions' own types too. */
  public boolean hmac() {
    boolean ofHash = type >= 0x27 && type <= 0x30;
    return keyClass == KeyClass.SECRET && (type == Ck.CKK_GENERIC_SECRET || ofHash);
  }

  /** {@code AES-256}, {@code RSA-3072 private}, {@code generic secret}. */
  public String typeText() {
    String size = bits == 0 ? "" : "-" + bits;
    if (aes()) {
      return "AES" + size;
    }
    if (rsa()) {
      return "RSA" + size + " " + keyClass.word();
    }
    if (onCurve()) {
      return (edwards() ? "EdDSA " : "EC ") + keyClass.word();
    }
    if (hmac()) {
      return "generic secret" + size;
    }
    return String.format(Locale.ROOT, "type 0x%x %s", type, keyClass.word());
  }

  /** One line that names it: {@code "master" (AES-256, id 0a1b)}. */
  public String summary() {
    return "\"" + label + "\" (" + typeText() + (id.isEmpty() ? "" : ", id " + id) + ")";
  }

  /** The flags that are set, as words. */
  public String flagText() {
    return flags.entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .sorted()
        .map(KeyFlag::word)
        .collect(Collectors.joining(", "));
  }

  /** What it is found again by. */
  KeySearch search() {
    return new KeySearch(
        label.isEmpty() ? Optional.empty() : Optional.of(label),
        id.isEmpty() ? Optional.empty() : Optional.of(id),
        Optional.of(keyClass));
  }
}
