package strongroom.config;

import java.nio.file.Path;
import java.util.List;

/**
 * What is recorded, and what clients may change of it.
 *
 * @param devices the devices that are always there
 * @param apiCreation whether clients may enable devices
 * @param prefixes whether devices may begin their lines with a text
 * @param folders where audit files may be; empty for the default
 */
public record AuditSettings(
    List<AuditDeviceSettings> devices, boolean apiCreation, boolean prefixes, List<Path> folders) {
  /** Keeps copies of the lists. */
  public AuditSettings {
    devices = List.copyOf(devices);
    folders = List.copyOf(folders);
  }
}
