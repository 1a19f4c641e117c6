package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs that an implementation needs: run to their end, or kept until it is closed. */
final class Programs implements AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private final Path folder;
  private final Map<String, String> environment;
  private final Deque<Process> running = new ConcurrentLinkedDeque<>();

  /** Programs with these variables, and what they print in {@code folder}. */
  Programs(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  /** Runs it to its end, which must be a success, and gives back what it printed. */
  String run(String... command) {
    try {
      Path words = Files.createTempFile(folder, "words", ".txt");
      Process process = builder(command).redirectOutput(words.toFile()).start();
      boolean ended = process.waitFor(WAIT.toMillis(), TimeUnit.MILLISECONDS);
      process.destroyForcibly();
      String text = Files.readString(words, StandardCharsets.UTF_8);
      assertThat(ended).as("%s ends: %s", String.join(" ", command), text).isTrue();
      assertThat(process.exitValue()).as("%s: %s", String.join(" ", command), text).isZero();
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException("run scripts/need.sh test", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts it, and waits until {@code sign} is there. */
  Process start(Path sign, String... command) {
    try {
      Files.deleteIfExists(sign);
      Process process =
          builder(command).redirectOutput(folder.resolve(command[0] + ".log").toFile()).start();
      running.push(process);
      long end = System.nanoTime() + WAIT.toNanos();
      while (!Files.exists(sign)) {
        assertThat(System.nanoTime()).as("%s makes %s", command[0], sign).isLessThan(end);
        Thread.sleep(10);
      }
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException("run scripts/need.sh test", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private ProcessBuilder builder(String... command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.environment().putAll(environment);
    return builder;
  }

  /** Ends {@code process} and all that it started. */
  static void kill(Process process) {
    List<ProcessHandle> all = new ArrayList<>();
    try (Stream<ProcessHandle> children = process.descendants()) {
      children.forEach(all::add);
    }
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(p -> p.onExit().completeOnTimeout(p, 2, TimeUnit.SECONDS).join());
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      kill(running.pop());
    }
  }
}
