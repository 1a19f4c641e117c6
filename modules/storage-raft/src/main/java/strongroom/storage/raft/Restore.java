package strongroom.storage.raft;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.storage.StorageFault;

/**
 * Puts other entries in the place of all that is stored, on every node of the cluster: sets them
 * aside through the log, while the node serves what is there, and exchanges the two by one last
 * entry. Until that is committed nothing has changed, whoever dies; from then on all has.
 *
 * <p>Used by one thread.
 */
public final class Restore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Restore.class);
  private static final int ENTRY_BYTES_AIM = 1024 * 1024;
  private static final byte[] NOTHING = new byte[0];

  private final Commits commits;
  private final WriteLimits limits;
  private final UUID name = UUID.randomUUID();
  private final Runnable closed;
  private final long term;
  private ByteBuffer gathered = ByteBuffer.allocate(ENTRY_BYTES_AIM);
  private long steps;
  private boolean exchanged;

  /** What a restore needs of the storage that it is of. */
  interface Commits {
    /** The only term in which the restore may take effect; 0 for a node that stays alone. */
    long term();

    /** Makes sure that the disk has room to write. */
    void requireRoom();

    /** Commits an entry that sets something aside. */
    void add(ByteString entry);

    /** Commits the last entry; what was made of what is stored now is committed no more. */
    void exchange(ByteString entry);
  }

  Restore(Commits commits, WriteLimits limits, Runnable closed) {
    this.commits = commits;
    this.limits = limits;
    this.closed = closed;
    this.term = commits.term();
  }

  /** Adds the entry {@code key}, in UTF-8; of several with one key the last counts. */
  public void put(byte[] key, byte[] value) {
    limits.require(key, value);
    int length = 2 * Integer.BYTES + key.length + value.length;
    if (gathered.remaining() < length) {
      flush();
    }
    if (gathered.capacity() < length) {
      gathered = ByteBuffer.allocate(length);
    }
    gathered.putInt(key.length).put(key).putInt(value.length).put(value);
  }

  private void flush() {
    if (gathered.position() > 0 || steps == 0) {
      byte[] writes = new byte[gathered.position()];
      gathered.flip().get(writes);
      gathered.clear();
      commits.add(EntryCodec.step(new Staging.Step(name, steps, false), term, writes));
      steps++;
    }
  }

  /**
   * Puts what was added in the place of all that is stored.
   *
   * @throws StorageFault.OutcomeUnknown where it may have taken effect or not
   * @throws StorageFault where nothing has changed
   */
  public void exchange() {
    flush();
    commits.exchange(EntryCodec.step(new Staging.Step(name, steps, true), term, NOTHING));
    exchanged = true;
  }

  /** Ends it. What was set aside, and is not in place, is given up. */
  @Override
  public void close() {
    try {
      if (!exchanged && steps > 0) {
        // The first of another takes the room that this one has taken.
        commits.add(EntryCodec.step(new Staging.Step(UUID.randomUUID(), 0, false), term, NOTHING));
      }
    } catch (StorageFault e) {
      LOG.warn("what a restore had set aside stays until the next one: {}", e.getMessage());
    } finally {
      closed.run();
    }
  }
}
