package strongroom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The command line: finds the command that the words name, runs it, and says how it ended. */
public final class Cli {
  /** What shells know as "no such command". */
  private static final int UNKNOWN_COMMAND = 127;

  private final Program program;
  private final Streams streams;
  private final Environment environment;

  private Cli(Program program, Streams streams, Environment environment) {
    this.program = program;
    this.streams = streams;
    this.environment = environment;
  }

  /**
   * Runs the command that {@code words} name.
   *
   * @param words what stands after the program's name
   * @param streams where to read and write
   * @param variables the environment
   * @param program what was called, and the commands beside those of this module
   * @return the exit code: 0 done, 1 a mistake on this side, 2 one of the server, 127 no such
   *     command
   */
  public static int run(
      List<String> words, Streams streams, Map<String, String> variables, Program program) {
    Environment environment = new Environment(variables, program.name().equals("bao"));
    Cli cli = new Cli(program, streams, environment);
    try {
      Optional<String> completing = environment.exactly("COMP_LINE");
      return completing.isPresent() ? cli.complete(completing.get()) : cli.dispatch(words);
    } finally {
      streams.out().flush();
      streams.err().flush();
    }
  }

  private int complete(String line) {
    String point = environment.exactly("COMP_POINT").orElse("");
    boolean known =
        !point.isEmpty() && point.length() < 9 && point.chars().allMatch(Character::isDigit);
    int end = known ? Integer.parseInt(point) : line.length();
    String before = line.substring(0, Math.min(end, line.length()));
    new Completion(new RootCommands(program)).candidates(before).forEach(streams.out()::println);
    return 0;
  }

  private int dispatch(List<String> words) {
    List<String> rest = new ArrayList<>(words);
    CommandGroup group = new RootCommands(program);
    if (rest.size() == 1 && List.of("-v", "-version", "--version").contains(rest.getFirst())) {
      rest.set(0, "version");
    }
    if (rest.size() == 1 && rest.getFirst().startsWith("-autocomplete-")) {
      return guarded(
          () -> new CompletionInstall(program, environment, streams).run(rest.getFirst()));
    }
    while (true) {
      Optional<Command> itself = group.itself();
      boolean noWord = rest.isEmpty() || rest.getFirst().startsWith("-");
      if (itself.isPresent() && noWord && (rest.isEmpty() || !isHelp(rest.getFirst()))) {
        return run(itself.get(), rest);
      }
      if (rest.isEmpty()) {
        streams.err().println(HelpText.of(group, program.name()));
        return group.path().isEmpty() ? UNKNOWN_COMMAND : 1;
      }
      String word = rest.removeFirst();
      if (isHelp(word)) {
        streams.out().println(HelpText.of(group, program.name()));
        return 0;
      }
      Optional<CommandNode> node = group.child(word);
      if (node.isEmpty()) {
        return unknown(group, word);
      }
      switch (node.get()) {
        case Command command -> {
          return run(command, rest);
        }
        case ForwardedCommand forwarded -> {
          return guarded(() -> forwarded.action().run(List.copyOf(rest), streams));
        }
        case CommandGroup inner -> group = inner;
      }
    }
  }

  private static boolean isHelp(String word) {
    return List.of("-h", "-help", "--help", "-?").contains(word);
  }

  private int unknown(CommandGroup group, String word) {
    if (word.startsWith("-")) {
      streams.err().println("Flags stand after the command: " + word.split("=", 2)[0]);
      return 1;
    }
    String prefix = group.path().isEmpty() ? "" : group.path() + " ";
    String near =
        Closest.of(word, group.names())
            .map(name -> "; did you mean \"" + prefix + name + "\"?")
            .orElse("");
    streams.err().println("There is no command \"" + prefix + word + "\"" + near + "\n");
    streams.err().println(HelpText.of(group, program.name()));
    return group.path().isEmpty() ? UNKNOWN_COMMAND : 1;
  }

  private int run(Command command, List<String> words) {
    int end = words.indexOf("--");
    if (words.subList(0, end < 0 ? words.size() : end).stream().anyMatch(Cli::isHelp)) {
      streams.out().println(HelpText.of(command, program.name(), EveryFlag.ALL));
      return 0;
    }
    return guarded(() -> invoke(command, words));
  }

  private int invoke(Command command, List<String> words) {
    List<Flag> known = new ArrayList<>(command.flags());
    for (Flag flag : EveryFlag.ALL) {
      if (known.stream().noneMatch(own -> own.name().equals(flag.name()))) {
        known.add(flag);
      }
    }
    Flags flags = Flags.parse(known, words);
    String format = flags.find("format").or(() -> environment.find("FORMAT")).orElse("table");
    Output output = new Output(streams, Output.format(format), colors());
    checkCount(command, flags.arguments().size());
    if (!flags.doubtful().isEmpty()) {
      output.warn(
          "Taken as arguments, since "
              + command.path()
              + " knows no such flags: "
              + String.join(", ", flags.doubtful()));
    }
    return command.action().run(new Invocation(program, streams, environment, flags, output));
  }

  private boolean colors() {
    return environment.find("CLI_NO_COLOR").isEmpty()
        && environment.exactly("NO_COLOR").isEmpty()
        && !environment.exactly("TERM").equals(Optional.of("dumb"));
  }

  private static void checkCount(Command command, int given) {
    int min = command.argumentsMin();
    int max = command.argumentsMax();
    if (given >= min && given <= max) {
      return;
    }
    String expected =
        min == max
            ? Integer.toString(min)
            : max == Integer.MAX_VALUE ? "at least " + min : min + "-" + max;
    throw Failure.usage(
        (given < min ? "Not enough" : "Too many")
            + " arguments (expected "
            + expected
            + ", got "
            + given
            + ")");
  }

  private int guarded(java.util.function.IntSupplier action) {
    try {
      return action.getAsInt();
    } catch (Failure e) {
      if (e.getMessage() != null && !e.getMessage().isEmpty()) {
        new Output(streams, Output.Format.TABLE, colors()).error(e.getMessage());
      }
      return e.exitCode();
    }
  }
}
