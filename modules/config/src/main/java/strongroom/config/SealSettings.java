package strongroom.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A seal.
 *
 * @param type {@code pkcs11}, {@code shamir}
 * @param name tells several seals apart
 * @param disabled whether it counts as if it were not there
 * @param priority the lowest is tried first
 * @param autoUnseal whether it unseals by itself; otherwise key shares are needed beside it
 * @param parameters of its type, by their names in the documentation
 * @param place {@code file:line:column} of the stanza, for messages
 */
public record SealSettings(
    String type,
    String name,
    boolean disabled,
    int priority,
    boolean autoUnseal,
    Map<String, SealParameter> parameters,
    String place) {
  /** Keeps a copy of {@code parameters}. */
  public SealSettings {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** The parameter {@code name}, where it was set. */
  public Optional<SealParameter> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /**
   * The text of the parameter {@code name}, where it was set.
   *
   * @throws ConfigurationFault where what it refers to cannot be read
   */
  public Optional<String> text(String name) {
    return parameter(name).map(SealParameter::text);
  }

  /**
   * Whether the parameter {@code name} is true.
   *
   * @throws ConfigurationFault where what it refers to cannot be read
   */
  public boolean bool(String name, boolean fallback) {
    return parameter(name).map(SealParameter::bool).orElse(fallback);
  }
}
