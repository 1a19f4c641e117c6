package strongroom.server;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import strongroom.config.LogSettings;

/**
 * The file that {@code log_file} names. When it is too large or too old it is set aside as {@code
 * NAME-MILLISECONDS.EXTENSION}, and the oldest of those are deleted. A whole line is one write.
 *
 * <p>Guarded by itself. A line that cannot be written, as on a full disk, is left out: it is on
 * standard output too, and the server must go on.
 */
final class LogFile extends OutputStream {
  /** The name inside of a folder, where {@code log_file} names one. */
  private static final String NAME = "strongroom.log";

  private final Path path;
  private final LogSettings.Rotation rotation;
  private final Clock clock;
  private OutputStream out;
  private long bytes;
  private Instant begun;

  /**
   * Opens the file for appending.
   *
   * @throws ServerFault where that is not possible
   */
  LogFile(Path named, LogSettings.Rotation rotation, Clock clock) {
    path = Files.isDirectory(named) ? named.resolve(NAME) : named;
    this.rotation = rotation;
    this.clock = clock;
    try {
      out = Files.newOutputStream(path, CREATE, WRITE, APPEND);
      bytes = Files.size(path);
    } catch (IOException e) {
      throw new ServerFault("log_file " + path + " cannot be written: " + e);
    }
    begun = clock.instant();
  }

  @Override
  public synchronized void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] line, int offset, int length) {
    try {
      boolean full = bytes + length > rotation.bytesMax();
      boolean old = !clock.instant().isBefore(begun.plus(rotation.ageMax()));
      if (bytes > 0 && (full || old)) {
        rotate();
      }
      out.write(line, offset, length);
      bytes += length;
    } catch (IOException e) {
      // As the class says: the line is on standard output.
      return;
    }
  }

  private void rotate() throws IOException {
    long millis = clock.millis();
    while (Files.exists(aside(Long.toString(millis)))) {
      millis++;
    }
    Files.move(path, aside(Long.toString(millis)));
    OutputStream before = out;
    out = Files.newOutputStream(path, CREATE, WRITE, APPEND);
    bytes = 0;
    begun = clock.instant();
    before.close();
    prune();
  }

  private Path aside(String middle) {
    return path.resolveSibling(stem() + "-" + middle + extension());
  }

  private String name() {
    return String.valueOf(path.getFileName());
  }

  private String stem() {
    int dot = name().lastIndexOf('.');
    return dot <= 0 ? name() : name().substring(0, dot);
  }

  private String extension() {
    return name().substring(stem().length());
  }

  private void prune() throws IOException {
    if (rotation.oldFilesMax() == 0) {
      return;
    }
    Pattern name =
        Pattern.compile(Pattern.quote(stem()) + "-\\d{13,}" + Pattern.quote(extension()));
    List<Path> old;
    try (Stream<Path> siblings = Files.list(path.toAbsolutePath().getParent())) {
      old =
          siblings
              .filter(file -> name.matcher(String.valueOf(file.getFileName())).matches())
              .sorted()
              .toList();
    }
    int kept = Math.max(0, rotation.oldFilesMax());
    for (Path file : old.subList(0, Math.max(0, old.size() - kept))) {
      Files.delete(file);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
