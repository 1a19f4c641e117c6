package strongroom.cli;

/**
 * A word of the command line: a {@link Command}, a {@link ForwardedCommand}, or a {@link
 * CommandGroup} that holds some.
 */
public sealed interface CommandNode permits Command, ForwardedCommand, CommandGroup {
  /** The words that lead here, without the program's: {@code kv get}. */
  String path();

  /** What it does, in one line without a full stop. */
  String summary();
}
