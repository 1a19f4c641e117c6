package strongroom.cli;

import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a command reads and writes.
 *
 * @param in standard input
 * @param out standard output: results
 * @param err standard error: messages
 * @param prompt asks a person, where there is one
 */
public record Streams(InputStream in, PrintStream out, PrintStream err, Prompt prompt) {

  /** Asks the person at the terminal. */
  public interface Prompt {
    /** Whether there is a terminal on both sides. */
    boolean interactive();

    /**
     * Shows {@code question} and reads a line without showing it.
     *
     * @return empty where there is no terminal or the person sent an end of file
     */
    Optional<String> askSecret(String question);
  }

  /** The process's own streams, in UTF-8 and without automatic flushes. */
  public static Streams ofProcess() {
    OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
    OutputStream err = new FileOutputStream(FileDescriptor.err);
    return new Streams(
        System.in,
        new PrintStream(out, false, UTF_8),
        new PrintStream(err, true, UTF_8),
        new OfConsole());
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

  private static final class OfConsole implements Prompt {
    @Override
    public boolean interactive() {
      return console().isPresent();
    }

    @SuppressWarnings("SystemConsoleNull") // null, as of JDK 25 again, where there is no terminal
    private static Optional<Console> console() {
      Console console = System.console();
      return console != null && console.isTerminal() ? Optional.of(console) : Optional.empty();
    }

    @Override
    public Optional<String> askSecret(String question) {
      Optional<Console> console = console();
      if (console.isEmpty()) {
        return Optional.empty();
      }
      char[] line = console.get().readPassword("%s", question);
      if (line == null) {
        return Optional.empty();
      }
      String text = new String(line);
      java.util.Arrays.fill(line, '\0');
      return Optional.of(text);
    }
  }
}
