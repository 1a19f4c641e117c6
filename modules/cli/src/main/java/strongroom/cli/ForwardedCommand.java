package strongroom.cli;

import java.util.List;

/**
 * A command that reads its words by itself, such as {@code server}: its flags are none of a
 * client's, and its help is its own.
 *
 * @param path the words that lead here, without the program's
 * @param summary what it does, in one line without a full stop
 * @param action what it does with the words after its own
 */
public record ForwardedCommand(String path, String summary, Action action) implements CommandNode {
  /** What a forwarded command does. */
  @FunctionalInterface
  public interface Action {
    /** Does it with {@code words}, and returns the exit code. */
    int run(List<String> words, Streams streams);
  }
}
