package strongroom.storage;

import java.util.List;

/**
 * A part of a folder's names.
 *
 * @param names in order, sub-folders with a slash behind
 * @param more whether there are names behind the last
 */
public record Page(List<String> names, boolean more) {
  /** Keeps a copy of {@code names}. */
  public Page {
    names = List.copyOf(names);
  }
}
