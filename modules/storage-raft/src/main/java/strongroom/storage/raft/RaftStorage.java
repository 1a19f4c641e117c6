package strongroom.storage.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.cluster.Target;
import strongroom.storage.Batch;
import strongroom.storage.NotInMemoryException;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/** Storage on Raft: what {@link #commit} has returned for survives a loss of power. */
public final class RaftStorage implements Storage, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RaftStorage.class);
  private static final Duration LEADER_MAX = Duration.ofSeconds(30);
  private static final Duration RESTART_PAUSE = Duration.ofMillis(500);

  private final RaftSettings settings;
  private final WriteLimits limits;
  private final ReadableStorage inMemory = new InMemory();
  private final AtomicLong generation = new AtomicLong(1);
  private final AtomicBoolean restarting = new AtomicBoolean();

  private final Optional<PeerRpc.Shared> peers;
  private final RaftServers servers;
  private final Members members;
  private final Lead lead;
  private final CommitQueue queue;
  private final Snapshots snapshots;

  // Set by start(), before anything else is called, and again by join().
  private volatile @Nullable DataFolder folder;
  private volatile @Nullable StateSlot store;
  private @Nullable FreeSpace freeSpace;
  private @Nullable StateCopies copies;
  private volatile @Nullable RaftServer server;
  private volatile boolean closed;

  /** Told that who leads may have changed. */
  private volatile Runnable leaderChanged = () -> {};

  /** Will keep its data as {@code settings} say. */
  public RaftStorage(RaftSettings settings) {
    this.settings = settings;
    this.limits = new WriteLimits(settings.valueBytesMax(), settings.entryBytesMax());
    this.peers = settings.peering().map(RaftStorage::shared);
    this.servers = new RaftServers(settings, peers);
    this.members = new Members(() -> server, servers.self());
    this.lead = new Lead(() -> server, this::ownGroup, members, peers);
    this.queue =
        new CommitQueue(
            new Submission(() -> server, this::ownGroup, lead, peers.isEmpty(), this::restart)
                ::submit,
            generation::get);
    this.snapshots =
        new Snapshots(
            () -> required(folder),
            () -> required(store),
            new RestoreCommits(lead, queue, () -> required(freeSpace), generation),
            limits);
  }

  private Optional<UUID> ownGroup() {
    DataFolder opened = folder;
    return opened == null ? Optional.empty() : Optional.of(opened.group());
  }

  private static PeerRpc.Shared shared(Peering peering) {
    Duration shortest = peering.electionTimeoutMin();
    return new PeerRpc.Shared(
        peering, new Lease(shortest, System::nanoTime), new Votes(shortest, System::nanoTime));
  }

  /** Has {@code told} called, on a thread of Raft's, whenever who leads may have changed. */
  public void onLeaderChanged(Runnable told) {
    leaderChanged = told;
  }

  /**
   * Opens the data folder and returns when this node may read and write.
   *
   * @throws StorageFault.Damaged where something in the folder is missing or not what was written
   */
  public void start() {
    DataFolder opened = DataFolder.open(settings.path(), settings.nodeId());
    folder = opened;
    try {
      boolean hadState = OrderedStore.exists(opened.state());
      open(opened);
      if (!opened.fresh() && !opened.joining() && !hadState) {
        LOG.warn("{} was missing and is made again from the log", opened.state());
      }
      freeSpace = new FreeSpace(opened.fileStore(), settings.freeBytesMin());
      server = servers.start(opened, machine(opened));
      requireLinkUnlessAlone();
      if (members.isOnlyThisNode()) {
        lead.awaitHere(LEADER_MAX);
      }
      opened.confirm();
      queue.start();
    } catch (IOException e) {
      close();
      throw damaged(opened, e);
    } catch (StorageFault e) {
      close();
      throw e;
    }
  }

  private void requireLinkUnlessAlone() {
    int nodes = members.all().size();
    if (peers.isEmpty() && nodes > 1) {
      throw new StorageFault.Unavailable(
          settings.path()
              + " is that of one of "
              + nodes
              + " nodes of a cluster, which it cannot reach without a cluster_addr: set it",
          null);
    }
  }

  private void open(DataFolder opened) {
    StateSlot state = StateSlot.open(opened, settings.blockCacheBytes());
    store = state;
    opened.check(state.applied());
    copies = peers.map(p -> new StateCopies(opened, state, p.peering().link())).orElse(null);
  }

  private StoreMachine machine(DataFolder opened) {
    return new StoreMachine(required(store), opened.mark(), new MachineEvents());
  }

  private final class MachineEvents implements StoreMachine.Events {
    @Override
    public StateCopies.Fetched fetch(RoleInfoProto role) throws IOException {
      RaftPeerProto leader = role.getFollowerInfo().getLeaderInfo().getId();
      Target target = Target.of(leader.getId().toStringUtf8(), leader.getAddress());
      return required(copies).fetch(target, StateCopies.INCOMING);
    }

    @Override
    public StateCopies.Fetched fetchInstead(long index) throws IOException {
      if (peers.isEmpty()) {
        throw new StorageFault.Damaged(
            settings.path() + " has lost what a restore had set aside in it", null);
      }
      return new MissedRestore(members, settings.nodeId(), required(copies), () -> closed)
          .fetch(index);
    }

    @Override
    public void replaced() {
      generation.incrementAndGet();
      leaderChanged.run();
    }

    @Override
    public void leaderChanged() {
      peers.ifPresent(shared -> shared.lease().forget());
      leaderChanged.run();
    }

    @Override
    public void leads() {
      peers.ifPresent(shared -> shared.lease().resume());
      leaderChanged.run();
    }
  }

  /**
   * Leaves what little a node that is not initialized has and becomes one of the cluster whose Raft
   * group is {@code group}. Nothing where it is already.
   *
   * @throws StorageFault.Unavailable where this node has data of its own
   */
  public void join(UUID group) {
    DataFolder opened = required(folder);
    if (opened.group().equals(group)) {
      return;
    }
    if (everWritten()) {
      throw new StorageFault.Unavailable(
          "this node has data of another cluster in " + settings.path(), null);
    }
    if (peers.isEmpty()) {
      throw new StorageFault.Unavailable("this node has no cluster_addr", null);
    }
    try {
      RaftServer running = server;
      server = null;
      servers.closeQuietly(running);
      required(store).close();
      opened.join(group);
      open(opened);
      server = servers.start(opened, machine(opened));
    } catch (IOException e) {
      throw damaged(opened, e);
    }
  }

  /** Remembers that the state of the cluster that was joined is here. */
  public void joined() {
    required(folder).joined();
  }

  /** Whether this node has joined a cluster whose state has not come yet. */
  public boolean isJoining() {
    return required(folder).joining();
  }

  /** The Raft group that this node's folder belongs to. */
  public UUID group() {
    return required(folder).group();
  }

  /** Who belongs to the cluster. */
  public Members members() {
    return members;
  }

  private static StorageFault damaged(DataFolder folder, IOException e) {
    Throwable cause = e;
    StringBuilder what = new StringBuilder();
    while (cause != null) {
      what.append(": ").append(cause.getMessage());
      cause = cause.getCause();
    }
    return new StorageFault.Damaged("the Raft log in " + folder.raft() + " is damaged" + what, e);
  }

  /** This node's lead. */
  public Lead lead() {
    return lead;
  }

  /** The taking of this storage's state as a whole. */
  public Snapshots snapshots() {
    return snapshots;
  }

  /** The index of the last entry that reads can see; -1 for none. */
  public long appliedIndex() {
    StateSlot state = store;
    var applied = state == null ? null : state.current().applied();
    return applied == null ? -1 : applied.getIndex();
  }

  /** Whether anything was ever written here; a folder for which this is true is no new one. */
  public boolean everWritten() {
    return !required(store).current().isEmpty();
  }

  @Override
  public Optional<byte[]> get(String key) {
    return required(store).current().get(key);
  }

  @Override
  public Page list(String folder, String after, int limit) {
    return required(store).current().list(folder, after, limit);
  }

  @Override
  public ReadableStorage inMemory() {
    return inMemory;
  }

  /** What the store's cache answers. A folder is never in memory as a whole. */
  private final class InMemory implements ReadableStorage {
    @Override
    public Optional<byte[]> get(String key) {
      return required(store).current().getFromMemory(key);
    }

    @Override
    public Page list(String folder, String after, int limit) {
      throw new NotInMemoryException();
    }
  }

  @Override
  public void commit(Batch batch) {
    if (batch.isEmpty()) {
      return;
    }
    required(freeSpace).require();
    byte[] writes = limits.encoded(batch);
    lead.beginCommit();
    try {
      CommitQueue.await(queue.add(writes, lead.termOf(batch), batch.generation()));
    } finally {
      lead.endCommit();
    }
  }

  @Override
  public long generation() {
    return generation.get();
  }

  /**
   * Starts Raft again after a fault of its disk, on the state that is open, until it runs. Reads go
   * on meanwhile.
   */
  private void restart() {
    RaftServer broken = server;
    boolean down =
        broken == null
            || broken.getLifeCycleState().isClosingOrClosed()
            || (peers.isEmpty() ? !lead.isHere() : !isAlive(broken));
    if (closed || !down || !restarting.compareAndSet(false, true)) {
      return;
    }
    Thread.ofPlatform()
        .name("raft-restart")
        .daemon()
        .start(
            () -> {
              try {
                restartUntilRunning(broken);
              } finally {
                restarting.set(false);
              }
            });
  }

  private static boolean isAlive(RaftServer running) {
    try {
      return running.getDivision(running.getGroupIds().iterator().next()).getInfo().isAlive();
    } catch (IOException | NoSuchElementException e) {
      return false;
    }
  }

  private void restartUntilRunning(@Nullable RaftServer broken) {
    LOG.warn("Raft stopped after a fault and is started again; reads go on");
    server = null;
    servers.closeQuietly(broken);
    while (!closed) {
      try {
        Thread.sleep(RESTART_PAUSE);
        required(freeSpace).require();
        DataFolder opened = required(folder);
        server = servers.start(opened, machine(opened));
        if (members.isOnlyThisNode()) {
          lead.awaitHere(LEADER_MAX);
        }
        LOG.info("Raft runs again");
        return;
      } catch (IOException | StorageFault e) {
        LOG.warn("Raft is not running yet: {}", e.getMessage());
        servers.closeQuietly(server);
        server = null;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static <T> T required(@Nullable T part) {
    if (part == null) {
      throw new StorageFault.Unavailable("storage is not open", null);
    }
    return part;
  }

  /** Syncs and closes everything. */
  @Override
  public void close() {
    closed = true;
    queue.close();
    servers.closeQuietly(server);
    server = null;
    StateSlot state = store;
    if (state != null) {
      state.close();
    }
    DataFolder opened = folder;
    if (opened != null) {
      opened.close();
      folder = null;
    }
  }
}
