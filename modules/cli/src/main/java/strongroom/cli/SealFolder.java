package strongroom.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonObject;

/** Looks into the data folder of a server that does not run. */
@FunctionalInterface
public interface SealFolder {
  /** For a program that cannot. */
  SealFolder NONE =
      (folder, files) -> {
        throw Failure.usage("This program has no server in it, and reads no data folder");
      };

  /**
   * What {@code sys/seal/inspect} would answer.
   *
   * @param folder the data folder; empty for the one that the configuration names
   * @param files configuration files and folders, which say what seals there are; may be none where
   *     there is a folder
   * @throws Failure that says why it cannot
   */
  JsonObject inspect(Optional<Path> folder, List<Path> files);
}
