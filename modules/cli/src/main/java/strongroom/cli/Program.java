package strongroom.cli;

import java.util.List;

/**
 * The program that the user called.
 *
 * @param name {@code vault}, {@code bao} or {@code strongroom}: what it was called by
 * @param command what a shell runs it by: its name, or its path
 * @param version what {@code version} prints
 * @param extras commands beside those of this module, such as {@code server}; one whose path has
 *     words before its own, such as {@code operator hsm}, stands in that group
 * @param folder reads data folders
 */
public record Program(
    String name,
    String command,
    ProductVersion version,
    List<CommandNode> extras,
    SealFolder folder) {
  /** The system property in which the start script says what it was called. */
  public static final String ARGV0 = "strongroom.argv0";

  /** Keeps a copy of {@code extras}. */
  public Program {
    extras = List.copyOf(extras);
  }

  /** The program that {@code argv0} names, by the last part of its path. */
  public static Program called(
      String argv0, ProductVersion version, List<CommandNode> extras, SealFolder folder) {
    String base = argv0.substring(argv0.lastIndexOf('/') + 1);
    String name =
        switch (base) {
          case "vault", "bao" -> base;
          default -> "strongroom";
        };
    return new Program(name, argv0.isEmpty() ? name : argv0, version, extras, folder);
  }

  /** The extras that stand in the group {@code path}; empty text is the root. */
  List<CommandNode> extrasUnder(String path) {
    return extras.stream().filter(extra -> group(extra.path()).equals(path)).toList();
  }

  private static String group(String path) {
    int space = path.lastIndexOf(' ');
    return space < 0 ? "" : path.substring(0, space);
  }
}
