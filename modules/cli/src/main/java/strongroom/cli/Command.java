package strongroom.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * A command: its flags, its help, and what it does.
 *
 * @param path the words that lead here, without the program's: {@code kv get}
 * @param arguments what stands after the flags, for the usage line: {@code KEY [DATA]}
 * @param summary what it does, in one line without a full stop
 * @param help what people should know, a paragraph a line; {@code %s} stands for the program's name
 * @param flags the flags of its own, beside those that every command has
 * @param argumentsMin how many arguments it needs
 * @param argumentsMax how many arguments it takes
 * @param action what it does
 */
public record Command(
    String path,
    String arguments,
    String summary,
    String help,
    List<Flag> flags,
    int argumentsMin,
    int argumentsMax,
    Action action)
    implements CommandNode {

  /** What a command does. */
  @FunctionalInterface
  public interface Action {
    /**
     * Does it.
     *
     * @return the exit code: 0 when it is done, 1 for a mistake on this side, 2 for one of the
     *     server
     * @throws Failure to print a message and exit with its code
     */
    int run(Invocation call);
  }

  /** A command to be described, with no flags of its own and no arguments. */
  public static Builder named(String path, String summary) {
    return new Builder(path, summary);
  }

  /** Describes a command step by step. */
  public static final class Builder {
    private final String path;
    private final String summary;
    private String arguments = "";
    private String help = "";
    private final List<Flag> flags = new ArrayList<>();
    private int min;
    private int max;

    private Builder(String path, String summary) {
      this.path = path;
      this.summary = summary;
    }

    /** Takes from {@code least} to {@code most} arguments, called {@code names} in the usage. */
    public Builder arguments(String names, int least, int most) {
      this.arguments = names;
      this.min = least;
      this.max = most;
      return this;
    }

    /** Says more than the summary, a paragraph a line. */
    public Builder help(String... paragraphs) {
      this.help = String.join("\n", paragraphs);
      return this;
    }

    /** Adds flags. */
    public Builder flags(Flag... more) {
      flags.addAll(List.of(more));
      return this;
    }

    /** Adds flags. */
    public Builder flags(List<Flag> more) {
      flags.addAll(more);
      return this;
    }

    /** The command, which does {@code action}. */
    public Command runs(Action action) {
      return new Command(path, arguments, summary, help, List.copyOf(flags), min, max, action);
    }
  }
}
