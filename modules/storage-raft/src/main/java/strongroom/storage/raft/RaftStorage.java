package strongroom.storage.raft;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
  private static final Duration CLOSE_MAX = Duration.ofSeconds(15);
  private static final Duration RESTART_PAUSE = Duration.ofMillis(500);

  private final RaftSettings settings;
  private final ReadableStorage inMemory = new InMemory();
  private final CommitQueue queue = new CommitQueue(this::submit);
  private final ClientId client = ClientId.randomId();
  private final AtomicLong callIds = new AtomicLong();
  private final AtomicBoolean restarting = new AtomicBoolean();

  // Set once by start(), before anything else is called.
  private @Nullable DataFolder folder;
  private @Nullable OrderedStore store;
  private @Nullable FreeSpace freeSpace;
  private volatile @Nullable RaftServer server;
  private volatile boolean closed;

  /** Will keep its data as {@code settings} say. */
  public RaftStorage(RaftSettings settings) {
    this.settings = settings;
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
      OrderedStore state = OrderedStore.open(opened.state(), settings.blockCacheBytes());
      store = state;
      opened.check(state.applied());
      if (!opened.fresh() && !hadState) {
        LOG.warn("{} was missing and is made again from the log", opened.state());
      }
      freeSpace = new FreeSpace(opened.fileStore(), settings.freeBytesMin());
      server = startServer(opened, state);
      awaitLeader();
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

  private static StorageFault damaged(DataFolder folder, IOException e) {
    Throwable cause = e;
    StringBuilder what = new StringBuilder();
    while (cause != null) {
      what.append(": ").append(cause.getMessage());
      cause = cause.getCause();
    }
    return new StorageFault.Damaged("the Raft log in " + folder.raft() + " is damaged" + what, e);
  }

  private RaftServer startServer(DataFolder opened, OrderedStore state) throws IOException {
    RaftPeerId id = RaftPeerId.valueOf(settings.nodeId());
    RaftPeer self = RaftPeer.newBuilder().setId(id).setAddress("127.0.0.1:0").build();
    RaftGroup group = RaftGroup.valueOf(RaftGroupId.valueOf(opened.group()), self);
    RaftServer made = null;
    try {
      made =
          RaftServer.newBuilder()
              .setServerId(id)
              .setGroup(group)
              .setStateMachine(new StoreMachine(state, opened.mark()))
              .setProperties(properties(opened.raft().toFile()))
              .setOption(StartupOption.RECOVER)
              .build();
      made.start();
      return made;
    } catch (CompletionException | IllegalStateException e) {
      // Ratis tells of a file that is not as it should be by these too.
      closeQuietly(made);
      throw new IOException("it cannot be opened", e);
    } catch (IOException e) {
      closeQuietly(made);
      throw e;
    }
  }

  private RaftProperties properties(File folder) {
    RaftProperties properties = new RaftProperties();
    properties.set(RaftConfigKeys.Rpc.TYPE_KEY, AloneRpcType.class.getName());
    RaftServerConfigKeys.setStorageDir(properties, List.of(folder));
    // Room is looked after before a write is taken, and told of in our own words.
    RaftServerConfigKeys.setStorageFreeSpaceMin(properties, SizeInBytes.valueOf(0));
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, settings.snapshotThreshold());
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, true);
    RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
    // An entry after each, synced too, that only tells how far the log is committed: a leader finds
    // that out by itself, and the store records in each batch how far it has applied.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
    RaftServerConfigKeys.Log.setPurgeGap(properties, 1024);
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("8MB"));
    RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("4MB"));
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("16MB"));
    SizeInBytes entryMax = SizeInBytes.valueOf(settings.entryBytesMax());
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, entryMax);
    RaftServerConfigKeys.Log.setWriteBufferSize(
        properties, SizeInBytes.valueOf(settings.entryBytesMax() + 1024L * 1024));
    RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf("96MB"));
    RaftServerConfigKeys.RetryCache.setExpiryTime(
        properties, TimeDuration.valueOf(500, TimeUnit.MILLISECONDS));
    // Nobody else can win, so there is nothing to wait for.
    TimeDuration soon = TimeDuration.valueOf(10, TimeUnit.MILLISECONDS);
    TimeDuration later = TimeDuration.valueOf(20, TimeUnit.MILLISECONDS);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, soon);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, later);
    return properties;
  }

  private void awaitLeader() throws IOException {
    long end = System.nanoTime() + LEADER_MAX.toNanos();
    while (!isLeader()) {
      if (System.nanoTime() > end) {
        throw new StorageFault.Unavailable(
            "this node did not become leader in " + LEADER_MAX, null);
      }
      try {
        Thread.sleep(2);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StorageFault.Unavailable("interrupted while starting", e);
      }
    }
  }

  /** Whether this node leads, with everything committed before applied. */
  public boolean isLeader() {
    RaftServer running = server;
    DataFolder opened = folder;
    if (running == null || opened == null) {
      return false;
    }
    try {
      var info = running.getDivision(RaftGroupId.valueOf(opened.group())).getInfo();
      return info.isLeader() && info.isLeaderReady();
    } catch (IOException e) {
      return false;
    }
  }

  /** The index of the last entry that reads can see; -1 for none. */
  public long appliedIndex() {
    OrderedStore state = store;
    var applied = state == null ? null : state.applied();
    return applied == null ? -1 : applied.getIndex();
  }

  /** Whether anything was ever written here; a folder for which this is true is no new one. */
  public boolean everWritten() {
    return !required(store).isEmpty();
  }

  @Override
  public Optional<byte[]> get(String key) {
    return required(store).get(key);
  }

  @Override
  public Page list(String folder, String after, int limit) {
    return required(store).list(folder, after, limit);
  }

  @Override
  public ReadableStorage inMemory() {
    return inMemory;
  }

  /** What the store's cache answers. A folder is never in memory as a whole. */
  private final class InMemory implements ReadableStorage {
    @Override
    public Optional<byte[]> get(String key) {
      return required(store).getFromMemory(key);
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
    batch.writes().values().forEach(value -> value.ifPresent(this::requireSize));
    byte[] writes = EntryCodec.encode(batch);
    if (writes.length >= settings.entryBytesMax()) {
      throw new StorageFault.TooLarge(
          "the writes of one request come to "
              + writes.length
              + " bytes; at most "
              + settings.entryBytesMax()
              + " are stored together (max_transaction_size)",
          null);
    }
    await(queue.add(writes));
  }

  private void requireSize(byte[] value) {
    if (value.length > settings.valueBytesMax()) {
      throw new StorageFault.TooLarge(
          "a value comes to "
              + value.length
              + " bytes; the largest that is stored has "
              + settings.valueBytesMax()
              + " (max_entry_size)",
          null);
    }
  }

  private static void await(CompletableFuture<Void> done) {
    try {
      done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageFault.OutcomeUnknown("interrupted while a commit was under way", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StorageFault fault
          ? fault
          : new StorageFault.OutcomeUnknown("a commit failed: " + e.getCause(), e);
    }
  }

  private CompletableFuture<Void> submit(ByteString entry) {
    RaftServer running = server;
    DataFolder opened = folder;
    if (running == null || opened == null) {
      throw new StorageFault.Unavailable("Raft is being started again", null);
    }
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(running.getId())
            .setGroupId(RaftGroupId.valueOf(opened.group()))
            .setCallId(callIds.incrementAndGet())
            .setMessage(Message.valueOf(entry))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      return running.submitClientRequestAsync(request).handle(this::outcome);
    } catch (IOException e) {
      restart();
      throw new StorageFault.Unavailable("Raft takes no entry: " + e, e);
    }
  }

  private @Nullable Void outcome(@Nullable RaftClientReply reply, @Nullable Throwable failure) {
    if (failure != null) {
      restart();
      throw new StorageFault.OutcomeUnknown("a commit failed: " + failure, failure);
    }
    if (reply != null && reply.isSuccess()) {
      return null;
    }
    Throwable why = reply == null ? null : reply.getException();
    if (why instanceof NotLeaderException || why instanceof LeaderNotReadyException) {
      throw new StorageFault.Unavailable("this node does not lead", why);
    }
    restart();
    throw new StorageFault.OutcomeUnknown("a commit failed: " + why, why);
  }

  /**
   * Starts Raft again after a fault of its disk, on the state that is open, until it runs. Reads go
   * on meanwhile.
   */
  private void restart() {
    RaftServer broken = server;
    boolean down = broken == null || broken.getLifeCycleState().isClosingOrClosed() || !isLeader();
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

  private void restartUntilRunning(@Nullable RaftServer broken) {
    LOG.warn("Raft stopped after a fault and is started again; reads go on");
    server = null;
    closeQuietly(broken);
    while (!closed) {
      try {
        Thread.sleep(RESTART_PAUSE);
        required(freeSpace).require();
        server = startServer(required(folder), required(store));
        awaitLeader();
        LOG.info("Raft runs again");
        return;
      } catch (IOException | StorageFault e) {
        LOG.warn("Raft is not running yet: {}", e.getMessage());
        closeQuietly(server);
        server = null;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Closes {@code running}, for which Ratis after some faults would wait for ever. */
  private void closeQuietly(@Nullable RaftServer running) {
    if (running == null) {
      return;
    }
    Thread closing =
        Thread.ofPlatform()
            .name("raft-close")
            .daemon()
            .start(
                () -> {
                  try {
                    running.close();
                  } catch (IOException | IllegalStateException e) {
                    LOG.warn("Raft did not close in order: {}", e.getMessage());
                  }
                });
    try {
      if (!LogWorker.awaitClose(closing, settings.nodeId(), CLOSE_MAX)) {
        LOG.warn("Raft did not close in {}; going on without", CLOSE_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
    closeQuietly(server);
    server = null;
    OrderedStore state = store;
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
