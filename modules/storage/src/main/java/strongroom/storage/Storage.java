package strongroom.storage;

/** A durable, ordered map of keys to bytes. Safe for use by many threads. */
public interface Storage extends ReadableStorage {
  /**
   * Makes every write of {@code batch} take effect, all or none, and returns when they would
   * survive a loss of power. Blocks: call it from a virtual thread. Batches of concurrent callers
   * may be made durable together, in the order in which they were given.
   *
   * @throws StorageFault when the batch could not be committed. Where {@link
   *     StorageFault.OutcomeUnknown} is thrown the batch may have been committed all the same;
   *     otherwise nothing of it was
   */
  void commit(Batch batch);

  /**
   * Changes whenever something else has taken the place of all that is stored. What was made of
   * what was there before says so by {@link Batch#inGeneration}. From memory.
   */
  default long generation() {
    return 1;
  }

  /**
   * The same storage for a thread that must not wait for a disk: what memory alone cannot answer
   * throws {@link NotInMemoryException}. What is in memory as a whole is itself.
   */
  default ReadableStorage inMemory() {
    return this;
  }
}
