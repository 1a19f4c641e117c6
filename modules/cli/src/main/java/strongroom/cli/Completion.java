package strongroom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Answers a shell that completes with {@code complete -C}: what may stand where the cursor is. It
 * asks no server: names come from the commands alone.
 */
record Completion(CommandGroup root) {
  private static final List<String> FORMATS = List.of("table", "json", "yaml", "raw");

  /** What may continue {@code line}, which ends at the cursor. */
  List<String> candidates(String line) {
    List<String> words = new ArrayList<>(List.of(line.stripLeading().split("\\s+", -1)));
    String partial = words.removeLast();
    if (words.isEmpty()) {
      return List.of();
    }
    CommandNode node = root;
    for (String word : words.subList(1, words.size())) {
      if (node instanceof CommandGroup group && !word.startsWith("-")) {
        Optional<CommandNode> child = group.child(word);
        if (child.isEmpty()) {
          return List.of();
        }
        node = child.get();
      }
    }
    return switch (node) {
      case CommandGroup group -> starting(group.names().stream(), partial);
      case Command command -> flags(command, partial);
      case ForwardedCommand forwarded -> List.of();
    };
  }

  private static List<String> flags(Command command, String partial) {
    if (partial.startsWith("-format=") || partial.startsWith("--format=")) {
      String before = partial.substring(0, partial.indexOf('=') + 1);
      return starting(FORMATS.stream().map(format -> before + format), partial);
    }
    if (!partial.startsWith("-")) {
      return List.of();
    }
    String dashes = partial.startsWith("--") ? "--" : "-";
    return starting(
        Stream.concat(command.flags().stream(), EveryFlag.ALL.stream())
            .map(flag -> dashes + flag.name() + (flag.kind() == Flag.Kind.SWITCH ? "" : "=")),
        partial);
  }

  private static List<String> starting(Stream<String> names, String partial) {
    return names.filter(name -> name.startsWith(partial)).distinct().sorted().toList();
  }
}
