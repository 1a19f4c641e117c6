package strongroom.config;

import java.util.Map;

/**
 * A stanza {@code seal}, the environment's word put in place of the file's.
 *
 * @param type {@code pkcs11}, {@code shamir}
 * @param place where it stands
 * @param disabled whether it is only there to migrate away from
 * @param values all parameters as text; {@code env://} and {@code file://} are not resolved yet
 */
public record SealSettings(
    String type, String place, boolean disabled, Map<String, String> values) {
  /** Keeps a copy of {@code values}. */
  public SealSettings {
    values = Map.copyOf(values);
  }

  /** Names the type; values may be secrets. */
  @Override
  public String toString() {
    return "SealSettings[" + type + "]";
  }
}
