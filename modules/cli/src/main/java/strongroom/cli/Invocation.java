package strongroom.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run of a command: what was given to it, and what it works with. */
public final class Invocation {
  private final Program program;
  private final Streams streams;
  private final Environment environment;
  private final Flags flags;
  private final Output output;
  private @Nullable ApiClient client;

  Invocation(
      Program program, Streams streams, Environment environment, Flags flags, Output output) {
    this.program = program;
    this.streams = streams;
    this.environment = environment;
    this.flags = flags;
    this.output = output;
  }

  /** The program's name and version. */
  public Program program() {
    return program;
  }

  /** Standard input, output and error. */
  public Streams streams() {
    return streams;
  }

  /** The environment's variables. */
  public Environment environment() {
    return environment;
  }

  /** The flags that were given. */
  public Flags flags() {
    return flags;
  }

  /** Where results and messages go. */
  public Output out() {
    return output;
  }

  /** The arguments beside the flags. */
  public List<String> arguments() {
    return flags.arguments();
  }

  /** The argument at {@code index}, which the command requires. */
  public String argument(int index) {
    return flags.arguments().get(index);
  }

  /** What {@code -field} names. */
  Optional<String> field() {
    return flags.find("field").filter(name -> !name.isEmpty());
  }

  /** The client of the API, made at first use. */
  ApiClient client() {
    if (client == null) {
      Preview preview = Preview.of(flags, streams.out());
      client =
          new ApiClient(
              ClientSettings.of(flags, environment, preview, program.version().product()));
    }
    return client;
  }

  /** All of standard input. */
  String readInput() {
    try {
      return new String(streams.in().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw Failure.usage("Failed to read from stdin");
    }
  }

  /**
   * Asks for a secret at the terminal.
   *
   * @param question what is shown
   * @param otherwise what to do where there is no terminal
   */
  String askSecret(String question, String otherwise) {
    if (flags.on("non-interactive")) {
      throw Failure.usage("Refusing to ask for it with -non-interactive: " + otherwise);
    }
    streams.out().flush();
    return streams
        .prompt()
        .askSecret(question)
        .map(String::strip)
        .orElseThrow(() -> Failure.usage("There is no terminal to ask at: " + otherwise));
  }

  /** Runs {@code action}; a failure's message says before all that it happened {@code doing}. */
  static <T> T during(String doing, java.util.function.Supplier<T> action) {
    try {
      return action.get();
    } catch (Failure e) {
      if (e.exitCode() == 0) {
        throw e;
      }
      throw e.during(doing);
    }
  }
}
