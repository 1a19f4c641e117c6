package strongroom.migrate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

/** The names of all keys of a mount, folder by folder. */
final class KeyTree {
  private KeyTree() {}

  /**
   * All keys below {@code listing}.
   *
   * @param refused told of a folder that may not be listed; the others are
   */
  static List<String> keys(Side side, String listing, BiConsumer<String, Refused> refused) {
    List<String> keys = new ArrayList<>();
    Deque<String> folders = new ArrayDeque<>(List.of(""));
    while (!folders.isEmpty()) {
      String folder = folders.pop();
      List<String> names;
      try {
        names = side.list(listing + folder);
      } catch (Refused e) {
        refused.accept(folder, e);
        continue;
      }
      for (String name : names) {
        if (name.endsWith("/")) {
          folders.push(folder + name);
        } else {
          keys.add(folder + name);
        }
      }
    }
    return keys;
  }
}
