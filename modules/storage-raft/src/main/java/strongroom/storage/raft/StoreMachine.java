package strongroom.storage.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
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

  /** The answer to an entry that came too late to take effect in its term. */
  static final Message TOO_LATE = Message.valueOf("too late");

  private final StateSlot state;
  private final AppliedMark mark;
  private final Events events;
  private volatile @Nullable TermIndex synced;
  private volatile StateCopies.@Nullable Fetched fetched;

  /** What the machine is told, and tells on. */
  interface Events {
    /** Fetches the leader's state. */
    StateCopies.Fetched fetch(RoleInfoProto role) throws IOException;

    /**
     * Fetches the leader's state for what a node has missed of a restore; waits until there is a
     * leader that has it.
     *
     * @param index the entry that it must be of, or of a later one
     */
    StateCopies.Fetched fetchInstead(long index) throws IOException;

    /** Something else is in the place of all that was stored. */
    void replaced();

    /** Who leads may have changed. */
    void leaderChanged();

    /** This node leads, with everything before applied. */
    void leads();
  }

  StoreMachine(StateSlot state, AppliedMark mark, Events events) {
    this.state = state;
    this.mark = mark;
    this.events = events;
    this.synced = state.applied();
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    super.initialize(server, group, storage);
    getLifeCycle().startAndTransition(() -> {});
    TermIndex applied = state.applied();
    if (applied != null) {
      setLastAppliedTermIndex(applied);
    }
  }

  @Override
  public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(
      RoleInfoProto role, TermIndex firstInLog) {
    CompletableFuture<TermIndex> done = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("raft-fetch")
        .daemon()
        .start(
            () -> {
              try {
                StateCopies.Fetched copy = events.fetch(role);
                fetched = copy;
                done.complete(copy.applied());
              } catch (IOException | RuntimeException e) {
                LOG.warn("the leader's state could not be fetched: {}", e.getMessage());
                done.completeExceptionally(e);
              }
            });
    return done;
  }

  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() throws IOException {
    StateCopies.Fetched copy = fetched;
    fetched = null;
    if (copy != null) {
      install(copy);
      setLastAppliedTermIndex(copy.applied());
    }
    if (getLifeCycleState() == LifeCycle.State.PAUSED) {
      getLifeCycle().transition(LifeCycle.State.STARTING);
      getLifeCycle().transition(LifeCycle.State.RUNNING);
    }
  }

  private void install(StateCopies.Fetched copy) throws IOException {
    Optional<Staging.Step> before = state.current().progress();
    state.replace(copy.path(), copy.applied());
    mark.advance(copy.applied(), ByteString.EMPTY);
    synced = copy.applied();
    if (!before.equals(state.current().progress())) {
      events.replaced(); // a snapshot has been restored there since
    }
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
    events.leaderChanged();
  }

  @Override
  public void notifyLeaderReady() {
    events.leads();
  }

  @Override
  public void notifyNotLeader(Collection<TransactionContext> pending) {
    events.leaderChanged();
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
      boolean inTime = EntryCodec.mayTakeEffect(data, index.getTerm());
      Optional<Staging.Step> step = inTime ? EntryCodec.step(data) : Optional.empty();
      if (step.isPresent()) {
        apply(index, step.get(), data);
      } else {
        state.current().apply(index, inTime ? data : null);
      }
      mark.advance(index, data);
      updateLastAppliedTermIndex(index);
      return CompletableFuture.completedFuture(inTime ? Message.EMPTY : TOO_LATE);
    } catch (IOException | StorageFault e) {
      LOG.error("entry {} could not be applied", index, e);
      return CompletableFuture.failedFuture(e);
    }
  }

  private void apply(TermIndex index, Staging.Step step, ByteString data) throws IOException {
    if (!step.exchanges()) {
      state.staging().add(index, step, data);
      state.current().apply(index, null);
      return;
    }
    Optional<Path> whole = state.staging().finished(index, step);
    if (whole.isPresent()) {
      state.exchange(whole.get());
      LOG.info("a snapshot has been restored: the state is that of entry {}", index.getIndex());
      events.replaced();
    } else {
      install(events.fetchInstead(index.getIndex()));
    }
  }

  @Override
  public void notifyTermIndexUpdated(long term, long index) {
    // Entries of Raft's own (a new leader, a configuration) change no key but count as applied.
    state.current().apply(TermIndex.valueOf(term, index), null);
    mark.advance(TermIndex.valueOf(term, index), ByteString.EMPTY);
    super.notifyTermIndexUpdated(term, index);
  }

  @Override
  public long takeSnapshot() throws IOException {
    TermIndex index;
    try {
      state.staging().flush(state.current().applied());
      index = state.current().flush();
    } catch (StorageFault e) {
      // Ratis ends its applying thread for anything else, and then never closes.
      throw new IOException("the state cannot be synced", e);
    }
    synced = index;
    return index == null ? -1 : index.getIndex();
  }
}
