package strongroom.config;

import java.util.Map;

/**
 * An audit device.
 *
 * @param type what it writes to: {@code file}, {@code syslog}, {@code socket}
 * @param path its name
 * @param description for people
 * @param options of the device
 */
public record AuditDeviceSettings(
    String type, String path, String description, Map<String, String> options) {
  /** Keeps a copy of {@code options}. */
  public AuditDeviceSettings {
    options = Map.copyOf(options);
  }

  /** Names type and path only. */
  @Override
  public String toString() {
    return "AuditDeviceSettings[" + type + " " + path + "]";
  }
}
