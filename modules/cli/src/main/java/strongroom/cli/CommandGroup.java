package strongroom.cli;

import java.util.List;
import java.util.Optional;

/**
 * Commands under one word, such as {@code kv}. Children are made when they are asked for, so that a
 * command line loads what it runs and nothing else.
 */
public non-sealed interface CommandGroup extends CommandNode {
  /** The next words, in the order help lists them. */
  List<String> names();

  /** The command or group under {@code name}. */
  Optional<CommandNode> child(String name);

  /** What the group is about, for its help. */
  default String help() {
    return "";
  }

  /** What the word does where no further one follows; empty where it does nothing. */
  default Optional<Command> itself() {
    return Optional.empty();
  }
}
