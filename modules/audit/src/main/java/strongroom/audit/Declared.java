package strongroom.audit;

import java.util.Map;

/**
 * A device that the configuration declares.
 *
 * @param type {@code file}, {@code syslog} or {@code socket}
 * @param path its name, with or without a slash behind
 * @param description for people
 * @param options of the device
 */
public record Declared(String type, String path, String description, Map<String, String> options) {
  /** Keeps a copy of {@code options}. */
  public Declared {
    options = Map.copyOf(options);
  }
}
