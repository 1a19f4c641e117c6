package strongroom.storage.raft;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import strongroom.storage.Batch;

/** Commits of the entries that restore a snapshot, each by itself. */
record RestoreCommits(
    Lead lead, CommitQueue queue, Supplier<FreeSpace> freeSpace, AtomicLong generation)
    implements Restore.Commits {
  @Override
  public long term() {
    return lead.termOf(new Batch());
  }

  @Override
  public void requireRoom() {
    freeSpace.get().require();
  }

  @Override
  public void add(ByteString entry) {
    requireRoom();
    lead.beginCommit();
    try {
      CommitQueue.await(queue.add(entry));
    } finally {
      lead.endCommit();
    }
  }

  @Override
  public void exchange(ByteString entry) {
    // What waits in the queue, or comes to it, was made of what will not be there any more.
    generation.incrementAndGet();
    add(entry);
  }
}
