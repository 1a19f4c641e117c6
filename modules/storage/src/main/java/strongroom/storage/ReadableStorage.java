package strongroom.storage;

import java.util.Optional;

/**
 * A map of keys to bytes that can be read.
 *
 * <p>A key is text of 1 to {@link #KEY_LENGTH_MAX} UTF-8 bytes, without a leading slash. Slashes
 * divide it into folders; keys are ordered by their UTF-8 bytes.
 */
public interface ReadableStorage {
  /** The longest key in UTF-8 bytes. */
  int KEY_LENGTH_MAX = 4096;

  /**
   * The value of {@code key} as of the last commit that returned. The array belongs to the caller.
   *
   * @throws StorageFault.Damaged where there is a value and it is not what was written
   */
  Optional<byte[]> get(String key);

  /**
   * The names directly in {@code folder}, in order: a key's last part, or the name of a sub-folder
   * with a slash behind it.
   *
   * @param folder empty text for the top, otherwise text that ends with a slash
   * @param after only names behind this one, as a page before returned it; empty text for the first
   *     page
   * @param limit how many names at most, 1 or more
   */
  Page list(String folder, String after, int limit);
}
