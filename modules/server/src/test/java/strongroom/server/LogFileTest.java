package strongroom.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.config.LogSettings;

class LogFileTest {
  @TempDir private Path folder;
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2030-01-01T00:00:00Z"));
  private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);

  private LogFile open(long bytesMax, int oldFilesMax) {
    return new LogFile(
        folder.resolve("vault.log"),
        new LogSettings.Rotation(bytesMax, Duration.ofHours(24), oldFilesMax),
        clock);
  }

  private void write(LogFile log, String line) {
    byte[] bytes = line.getBytes(UTF_8);
    log.write(bytes, 0, bytes.length);
    now.updateAndGet(at -> at.plusSeconds(1));
  }

  private List<String> contents() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().map(LogFileTest::read).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void appendsToWhatIsThere() throws Exception {
    Files.writeString(folder.resolve("vault.log"), "before\n");
    try (LogFile log = open(Long.MAX_VALUE, 0)) {
      write(log, "after\n");
    }
    assertThat(contents()).containsExactly("before\nafter\n");
  }

  @Test
  void setsAFullFileAsideAndKeepsAllOfThem() throws Exception {
    try (LogFile log = open(8, 0)) {
      for (String line : List.of("one\n", "two\n", "three\n", "four\n")) {
        write(log, line);
      }
    }
    assertThat(contents()).containsExactly("one\ntwo\n", "three\n", "four\n");
  }

  @Test
  void setsAnOldFileAside() throws Exception {
    try (LogFile log = open(Long.MAX_VALUE, 0)) {
      write(log, "yesterday\n");
      now.updateAndGet(at -> at.plus(Duration.ofHours(24)));
      write(log, "today\n");
    }
    assertThat(contents()).containsExactly("yesterday\n", "today\n");
  }

  @Test
  void deletesTheOldestBeyondTheNumberAndNothingElse() throws Exception {
    Files.writeString(folder.resolve("vault-notes.log"), "mine");
    try (LogFile log = open(1, 1)) {
      for (String line : List.of("1\n", "2\n", "3\n", "4\n")) {
        write(log, line);
      }
    }
    assertThat(contents()).containsExactly("3\n", "mine", "4\n");
    try (LogFile log = open(1, -1)) {
      write(log, "5\n");
    }
    assertThat(contents()).containsExactly("mine", "5\n");
  }

  @Test
  void namesAFileThatCannotBeWritten() {
    assertThatThrownBy(
            () ->
                new LogFile(
                    folder.resolve("none/vault.log"),
                    new LogSettings.Rotation(1, Duration.ofHours(1), 0),
                    clock))
        .isInstanceOf(ServerFault.class)
        .hasMessageContaining("none/vault.log");
  }
}
