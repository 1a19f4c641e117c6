package strongroom.storage.raft;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.storage.StorageFault;

/**
 * What Ratis applies entries to: the ordered store. A snapshot is the store itself, synced; it
 * needs no file of its own on the node that made it.
 */
final class StoreMachine extends BaseStateMachine {
  private static final Logger LOG = LoggerFactory.getLogger(StoreMachine.class);

  private final OrderedStore store;
  private final AppliedMark mark;
  private volatile @Nullable TermIndex synced;

  StoreMachine(OrderedStore store, AppliedMark mark) {
    this.store = store;
    this.mark = mark;
    this.synced = store.applied();
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    super.initialize(server, group, storage);
    TermIndex applied = store.applied();
    if (applied != null) {
      setLastAppliedTermIndex(applied);
    }
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    TermIndex index = synced;
    return index == null ? null : new StoreSnapshot(index);
  }

  private record StoreSnapshot(TermIndex index) implements SnapshotInfo {
    @Override
    public TermIndex getTermIndex() {
      return index;
    }

    @Override
    public List<FileInfo> getFiles() {
      return List.of();
    }
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    TermIndex index = TermIndex.valueOf(entry);
    try {
      ByteString data = entry.getStateMachineLogEntry().getLogData();
      store.apply(index, data);
      mark.advance(index, data);
      updateLastAppliedTermIndex(index);
      return CompletableFuture.completedFuture(Message.EMPTY);
    } catch (StorageFault e) {
      LOG.error("entry {} could not be applied", index, e);
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    // Entries of Raft's own (a new leader, a configuration) change no key but count as applied.
    store.apply(TermIndex.valueOf(term, index), null);
    mark.advance(TermIndex.valueOf(term, index), ByteString.EMPTY);
    super.notifyTermIndexUpdated(term, index);
  }

  @Override
  public long takeSnapshot() throws IOException {
    TermIndex index;
    try {
      index = store.flush();
    } catch (StorageFault e) {
      // Ratis ends its applying thread for anything else, and then never closes.
      throw new IOException("the state cannot be synced", e);
    }
    synced = index;
    return index == null ? -1 : index.getIndex();
  }
}
