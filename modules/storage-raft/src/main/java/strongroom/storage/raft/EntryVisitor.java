package strongroom.storage.raft;

import strongroom.storage.StorageFault;

/** Is shown the entries of a state one by one, in the order of their keys. */
@FunctionalInterface
public interface EntryVisitor {
  /** An entry that is as it was written: its key in UTF-8, its value. */
  void entry(byte[] key, byte[] value);

  /**
   * Something that is not as it was written. Ends the visit, unless this returns.
   *
   * @param where the entry's key, or between which keys nothing can be read
   */
  default void damaged(String where, StorageFault.Damaged fault) {
    throw fault;
  }
}
