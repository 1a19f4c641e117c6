package strongroom.cli;

import java.util.List;

/** Help for people: what there is, and how it is called. */
final class HelpText {
  private static final int WIDTH = 78;

  private HelpText() {}

  /** {@code text} in lines of at most 78 characters, each after {@code indent}. */
  static String wrap(String text, String indent) {
    StringBuilder out = new StringBuilder();
    for (String paragraph : text.split("\n", -1)) {
      StringBuilder line = new StringBuilder();
      for (String word : paragraph.split(" ", -1)) {
        if (!line.isEmpty() && indent.length() + line.length() + 1 + word.length() > WIDTH) {
          out.append(indent).append(line).append('\n');
          line.setLength(0);
        }
        line.append(line.isEmpty() ? "" : " ").append(word);
      }
      out.append(line.isEmpty() ? "" : indent).append(line).append('\n');
    }
    return out.substring(0, out.length() - 1);
  }

  /** The help of {@code command}. */
  static String of(Command command, String program, List<Flag> everywhere) {
    StringBuilder out = new StringBuilder("Usage: ").append(program).append(' ');
    out.append(command.path()).append(" [options]");
    if (!command.arguments().isEmpty()) {
      out.append(' ').append(command.arguments());
    }
    out.append("\n\n").append(wrap(command.summary() + ".", "  ")).append('\n');
    if (!command.help().isEmpty()) {
      String help = command.help().replace("%s", program);
      for (String paragraph : help.split("\n", -1)) {
        // What is indented is an example and stays on its line.
        out.append('\n')
            .append(paragraph.startsWith("  ") ? "  " + paragraph : wrap(paragraph, "  "))
            .append('\n');
      }
    }
    if (!command.flags().isEmpty()) {
      out.append("\nOptions:\n");
      command.flags().forEach(flag -> append(out, flag));
    }
    out.append("\nOptions of every command:\n");
    everywhere.forEach(flag -> append(out, flag));
    return out.toString().stripTrailing();
  }

  private static void append(StringBuilder out, Flag flag) {
    String value =
        switch (flag.kind()) {
          case SWITCH -> "";
          case TEXT, LIST -> "=<string>";
          case NUMBER -> "=<int>";
          case DURATION -> "=<duration>";
          case MAP -> "=<key=value>";
        };
    out.append("\n  ");
    for (String alias : flag.aliases()) {
      out.append('-').append(alias).append(", ");
    }
    out.append('-').append(flag.name()).append(value).append('\n');
    out.append(wrap(flag.help(), "      ")).append('\n');
  }

  /** The help of {@code group}, or of the whole program where its path is empty. */
  static String of(CommandGroup group, String program) {
    String name = group.path().isEmpty() ? program : program + " " + group.path();
    String word = group.path().isEmpty() ? "<command>" : "<subcommand>";
    StringBuilder out = new StringBuilder("Usage: ").append(name).append(' ').append(word);
    out.append(" [options] [args]\n\n");
    if (!group.path().isEmpty()) {
      out.append(wrap(group.summary() + ".", "  ")).append("\n\n");
    }
    if (!group.help().isEmpty()) {
      out.append(wrap(group.help().replace("%s", program), "  ")).append("\n\n");
    }
    out.append(group.path().isEmpty() ? "Commands:\n" : "Subcommands:\n");
    int width = group.names().stream().mapToInt(String::length).max().orElse(0);
    for (String child : group.names()) {
      group
          .child(child)
          .ifPresent(
              node ->
                  out.append("    ")
                      .append(child)
                      .append(" ".repeat(width - child.length() + 4))
                      .append(node.summary())
                      .append('\n'));
    }
    return out.toString().stripTrailing();
  }
}
