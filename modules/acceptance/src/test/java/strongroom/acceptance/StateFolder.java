package strongroom.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The ordered store's folder within a data folder: the one that holds RocksDB's CURRENT file. */
final class StateFolder {
  private StateFolder() {}

  static Path of(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(file -> file.endsWith("CURRENT"))
          .map(Path::getParent)
          .filter(folder -> !folder.toString().contains("snapshot"))
          .findFirst()
          .orElseThrow();
    }
  }

  static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }
}
