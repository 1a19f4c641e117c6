package strongroom.node;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A wrapped key as the seal record holds it, without the key.
 *
 * @param key which key is in it: {@code root} or {@code recovery}
 * @param number the key's number, which rises with each new one
 * @param sealName the name of the seal that made it
 * @param sealType that seal's type
 * @param configured whether there still is such a seal, disabled or not; empty where that is not
 *     known
 * @param madeAt when it was wrapped
 * @param sha256 of what the seal made, hexadecimal
 * @param current whether it counts, or is kept behind what counts
 * @param details what opens it, as its header says: {@code key_label}, {@code key_id}, {@code
 *     serial}, {@code mechanism}
 */
public record SealCopy(
    String key,
    int number,
    String sealName,
    String sealType,
    Optional<Boolean> configured,
    Instant madeAt,
    String sha256,
    boolean current,
    Map<String, String> details) {
  /** What {@code key} says of the root key. */
  public static final String ROOT = "root";
}
