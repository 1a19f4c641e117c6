package strongroom.storage;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes that take effect together. For each key the last word counts. Not safe for use by several
 * threads; the values belong to the batch once put.
 */
public final class Batch {
  private final Map<String, Optional<byte[]>> writes = new LinkedHashMap<>();

  private long term;
  private long generation;

  /** Starts empty. */
  public Batch() {}

  /**
   * Has this committed in the leader's term {@code only} or not at all: what was read before it was
   * made may not hold in another. 0, as at first, for whichever term it is.
   */
  public Batch inTerm(long only) {
    term = only;
    return this;
  }

  /**
   * Has this committed while {@link Storage#generation} is {@code only} or not at all. 0, as at
   * first, for whichever it is.
   */
  public Batch inGeneration(long only) {
    generation = only;
    return this;
  }

  /** The only generation of storage in which this may be committed; 0 for any. */
  public long generation() {
    return generation;
  }

  /** The only term in which this may be committed; 0 for any. */
  public long term() {
    return term;
  }

  /** Sets {@code key} to {@code value}. */
  public Batch put(String key, byte[] value) {
    writes.put(checked(key), Optional.of(value));
    return this;
  }

  /** Removes {@code key}, where it is there. */
  public Batch delete(String key) {
    writes.put(checked(key), Optional.empty());
    return this;
  }

  /** Every write by key: the new value, or empty for a delete. Unmodifiable. */
  public Map<String, Optional<byte[]>> writes() {
    return Collections.unmodifiableMap(writes);
  }

  /** Whether there is nothing to write. */
  public boolean isEmpty() {
    return writes.isEmpty();
  }

  private static String checked(String key) {
    boolean tooLong =
        key.length() > ReadableStorage.KEY_LENGTH_MAX / 4
            && key.getBytes(StandardCharsets.UTF_8).length > ReadableStorage.KEY_LENGTH_MAX;
    if (key.isEmpty() || key.startsWith("/") || key.endsWith("/") || tooLong) {
      throw new IllegalArgumentException(
          "a key has 1 to "
              + ReadableStorage.KEY_LENGTH_MAX
              + " bytes and no slash at either end; this one has "
              + key.length()
              + " characters");
    }
    return key;
  }
}
