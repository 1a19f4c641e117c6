package strongroom.clustering;

import java.util.Optional;
import strongroom.storage.Batch;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Storage;

/**
 * Storage whose commits are of one term of the leader's or not at all: what runs on it has read
 * what held then, and another may have led since.
 *
 * @param base what it is a view of
 * @param term the term
 */
record OneTermStorage(Storage base, long term) implements Storage {
  @Override
  public Optional<byte[]> get(String key) {
    return base.get(key);
  }

  @Override
  public Page list(String folder, String after, int limit) {
    return base.list(folder, after, limit);
  }

  @Override
  public ReadableStorage inMemory() {
    return base.inMemory();
  }

  @Override
  public long generation() {
    return base.generation();
  }

  @Override
  public void commit(Batch batch) {
    base.commit(batch.inTerm(term));
  }
}
