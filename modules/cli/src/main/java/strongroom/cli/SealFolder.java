package strongroom.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
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

  /** What is to be read: a data folder, empty for the one that the configuration names. */
  sealed interface Stored {
    /** A data folder; empty for the one that the configuration names. */
    record Folder(Optional<Path> path) implements Stored {}

    /** A snapshot. */
    record Snapshot(Path file) implements Stored {}
  }

  /**
   * What came of reading every entry.
   *
   * @param entries how many were read
   * @param decrypted how many of them the barrier has encrypted, and were decrypted
   * @param damaged what is not as it was written: the keys, never a value
   */
  record Verdict(long entries, long decrypted, List<String> damaged) {}

  /**
   * Reads every entry, and decrypts those that are encrypted, by the seals of the configuration.
   *
   * @param files configuration files and folders
   * @param progress is told now and then how many entries have been read
   * @throws Failure that says why it cannot, as where the seals do not open it
   */
  default Verdict verify(Stored stored, List<Path> files, LongConsumer progress) {
    throw Failure.usage("This program has no server in it, and reads no data folder");
  }
}
