package strongroom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code -autocomplete-install} and {@code -autocomplete-uninstall}: a line in the start files of
 * bash and zsh that has this program answer for itself, so that it need never be renewed.
 */
record CompletionInstall(Program program, Environment environment, Streams streams) {

  /** Does what {@code word} says. */
  int run(String word) {
    boolean install =
        switch (word) {
          case "-autocomplete-install" -> true;
          case "-autocomplete-uninstall" -> false;
          default ->
              throw Failure.usage(
                  "flag provided but not defined: "
                      + word
                      + " (-autocomplete-install,"
                      + " -autocomplete-uninstall)");
        };
    Path home = Path.of(environment.home());
    Map<Path, List<String>> lines = new LinkedHashMap<>();
    String complete = "complete -o nospace -C " + quoted(program.command()) + " " + program.name();
    lines.put(home.resolve(".bashrc"), List.of(complete));
    lines.put(
        home.resolve(".zshrc"), List.of("autoload -U +X bashcompinit && bashcompinit", complete));
    int changed = 0;
    for (Map.Entry<Path, List<String>> file : lines.entrySet()) {
      changed += Files.exists(file.getKey()) ? change(file.getKey(), file.getValue(), install) : 0;
    }
    String done = install ? "installed" : "removed";
    streams
        .out()
        .println(
            changed == 0
                ? "Nothing to do: there is no ~/.bashrc or ~/.zshrc, or it is so already."
                : "Completion is " + done + ": it takes effect in new shells.");
    return 0;
  }

  private static String quoted(String command) {
    boolean plain =
        command.chars().allMatch(c -> Character.isLetterOrDigit(c) || "/._-".indexOf(c) >= 0);
    return plain ? command : "'" + command.replace("'", "'\\''") + "'";
  }

  private static int change(Path file, List<String> lines, boolean install) {
    try {
      List<String> before = Files.readAllLines(file);
      List<String> after = new ArrayList<>(before);
      if (install) {
        lines.stream().filter(line -> !before.contains(line)).forEach(after::add);
      } else {
        // The line that prepares zsh may serve others.
        after.removeIf(lines.getLast()::equals);
      }
      if (after.equals(before)) {
        return 0;
      }
      Files.write(file, after);
      return 1;
    } catch (IOException e) {
      throw Failure.usage("cannot change " + file);
    }
  }
}
