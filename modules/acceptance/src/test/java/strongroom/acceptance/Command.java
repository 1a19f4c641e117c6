package strongroom.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a command of the system came to. */
record Command(List<String> words, int exit, String out, String err) {
  /** The checkout that the tests run in. */
  static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

  /** The command line under test. */
  static final String STRONGROOM = ROOT.resolve("strongroom").toString();

  private static final long SECONDS_MAX = 120;

  static Command run(Map<String, String> environment, String... words) {
    return run(environment, Path.of("/dev/null"), words);
  }

  /** Runs with {@code input} on standard input. */
  static Command runWith(String input, Map<String, String> environment, String... words) {
    try {
      Path in = Files.writeString(Files.createTempFile("strongroom-in", ".txt"), input);
      try {
        return run(environment, in, words);
      } finally {
        Files.delete(in);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Command run(Map<String, String> environment, Path input, String... words) {
    try {
      Path out = Files.createTempFile("strongroom-out", ".txt");
      Path err = Files.createTempFile("strongroom-err", ".txt");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(words)
                .redirectInput(input.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(List.of(words) + " did not end in " + SECONDS_MAX + " s");
        }
        return new Command(
            List.of(words),
            process.exitValue(),
            Files.readString(out, UTF_8),
            Files.readString(err, UTF_8));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new AssertionError(words[0] + " could not be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  Command expectSuccess() {
    return expectExit(0);
  }

  Command expectExit(int expected) {
    assertThat(exit).as("%s%n%s%n%s", words, out, err).isEqualTo(expected);
    return this;
  }

  /** What stands behind {@code label} at the start of a line of the output. */
  String after(String label) {
    return out.lines()
        .filter(line -> line.startsWith(label))
        .map(line -> line.substring(label.length()).strip())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no \"" + label + "\" in\n" + out + err));
  }

  String all() {
    return out + err;
  }
}
