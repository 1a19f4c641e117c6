package strongroom.audit;

import java.nio.file.Path;
import java.util.List;

/**
 * What the operator allows.
 *
 * @param apiCreation whether devices can be enabled by {@code sys/audit}
 * @param prefixes whether devices may have a {@code prefix}
 * @param folders where files may be; empty for anywhere if the configuration says so, and for
 *     {@code /var/log} if the API does
 */
public record AuditRules(boolean apiCreation, boolean prefixes, List<Path> folders) {
  private static final List<Path> BY_DEFAULT = List.of(Path.of("/var/log"));

  /** Keeps a copy of {@code folders}. */
  public AuditRules {
    folders = List.copyOf(folders);
  }

  /** Where the file of a device may be; empty for anywhere. */
  List<Path> foldersFor(boolean declared) {
    return declared || !folders.isEmpty() ? folders : BY_DEFAULT;
  }
}
