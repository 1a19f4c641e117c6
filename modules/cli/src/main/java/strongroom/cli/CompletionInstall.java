package strongroom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code -autocomplete-install} and {@code -autocomplete-uninstall}: a line in the start files of
 * bash and zsh, and a file for fish, that have this program answer for itself, so that it need
 * never be renewed. A shell that has no such file is not used here, and is left alone.
 */
record CompletionInstall(Program program, Environment environment, Streams streams) {

  /** The first of these that is there is the one that bash reads. */
  private static final List<String> BASH_FILES =
      List.of(".bashrc", ".bash_profile", ".bash_login", ".profile");

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
    String complete = "complete -o nospace -C " + quoted(command()) + " " + program.name();
    int changed = 0;
    for (Path file : existing(home, BASH_FILES)) {
      changed += change(file, List.of(complete), install);
    }
    for (Path file : existing(home, List.of(".zshrc"))) {
      List<String> lines = List.of("autoload -U +X bashcompinit && bashcompinit", complete);
      changed += change(file, lines, install);
    }
    Path fish = home.resolve(".config/fish");
    if (Files.isDirectory(fish)) {
      changed += fish(fish.resolve("completions/" + program.name() + ".fish"), install);
    }
    String done = install ? "installed" : "removed";
    streams
        .out()
        .println(
            changed == 0
                ? "Nothing to do: there are no start files of bash, zsh or fish, or it is so already."
                : "Completion is " + done + ": it takes effect in new shells.");
    return 0;
  }

  private static List<Path> existing(Path home, List<String> names) {
    return names.stream().map(home::resolve).filter(Files::exists).limit(1).toList();
  }

  /** Fish tells a completing program nothing by itself: a function sets the variable. */
  private int fish(Path file, boolean install) {
    String text =
        """
        function __complete_%1$s
            set -lx COMP_LINE (commandline -cp)
            test -z (commandline -ct)
            and set COMP_LINE "$COMP_LINE "
            %2$s
        end
        complete -f -c %1$s -a "(__complete_%1$s)"
        """
            .formatted(program.name(), quoted(command()));
    try {
      if (!install) {
        return Files.deleteIfExists(file) ? 1 : 0;
      }
      if (Files.exists(file) && Files.readString(file).equals(text)) {
        return 0;
      }
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return 1;
    } catch (IOException e) {
      throw Failure.usage("cannot change " + file);
    }
  }

  /** Found from every folder: by its name on the path, or by an absolute path. */
  private String command() {
    String called = program.command();
    return called.contains("/") ? Path.of(called).toAbsolutePath().normalize().toString() : called;
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
