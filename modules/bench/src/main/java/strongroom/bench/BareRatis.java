package strongroom.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import strongroom.storage.raft.AloneRpcType;

/** Ratis with a state machine that does nothing: what a synced entry costs without us. */
final class BareRatis implements AutoCloseable {
  private static final class Nothing extends BaseStateMachine {
    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
      updateLastAppliedTermIndex(
          transaction.getLogEntry().getTerm(), transaction.getLogEntry().getIndex());
      return CompletableFuture.completedFuture(Message.EMPTY);
    }
  }

  private final RaftServer server;
  private final RaftGroupId group;

  private BareRatis(RaftServer server, RaftGroupId group) {
    this.server = server;
    this.group = group;
  }

  /** Starts one that is alone and keeps its log in {@code folder}. */
  static BareRatis start(Path folder) throws IOException {
    RaftProperties properties = properties(folder);
    properties.set(RaftConfigKeys.Rpc.TYPE_KEY, AloneRpcType.class.getName());
    RaftPeer self = RaftPeer.newBuilder().setId("bare").setAddress("127.0.0.1:0").build();
    RaftGroup group = RaftGroup.valueOf(RaftGroupId.valueOf(UUID.randomUUID()), self);
    BareRatis bare = start(self, group, properties);
    awaitLeader(bare.server, bare.group);
    return bare;
  }

  /** Starts {@code self}, one of {@code group}, over Ratis' own gRPC. */
  static BareRatis start(Path folder, RaftPeer self, RaftGroup group) throws IOException {
    RaftProperties properties = properties(folder);
    properties.set(RaftConfigKeys.Rpc.TYPE_KEY, SupportedRpcType.GRPC.name());
    // Under full load a leader may be silent for longer than it may be by default.
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, TimeDuration.ONE_SECOND);
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, TimeDuration.valueOf(2, TimeUnit.SECONDS));
    GrpcConfigKeys.Server.setPort(
        properties, Integer.parseInt(self.getAddress().replaceAll(".*:", "")));
    return start(self, group, properties);
  }

  private static RaftProperties properties(Path folder) {
    RaftProperties properties = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(properties, List.of(folder.toFile()));
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("16MB"));
    RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("4MB"));
    return properties;
  }

  private static BareRatis start(RaftPeer self, RaftGroup group, RaftProperties properties)
      throws IOException {
    RaftServer server =
        RaftServer.newBuilder()
            .setServerId(self.getId())
            .setGroup(group)
            .setStateMachine(new Nothing())
            .setProperties(properties)
            .setOption(StartupOption.FORMAT)
            .build();
    server.start();
    return new BareRatis(server, group.getGroupId());
  }

  /** Whether it leads, and takes entries. */
  boolean leads() throws IOException {
    return server.getDivision(group).getInfo().isLeaderReady();
  }

  /** Entries a second, of {@code bytes} each, from {@code submitters} that wait for each one. */
  double perSecond(int submitters, int total, int bytes) {
    long start = System.nanoTime();
    submit(submitters, total, bytes);
    return total / ((System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private static void awaitLeader(RaftServer server, RaftGroupId group) throws IOException {
    while (!server.getDivision(group).getInfo().isLeaderReady()) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }

  private void submit(int submitters, int total, int bytes) {
    ByteString content = ByteString.copyFrom(new byte[bytes]);
    AtomicLong next = new AtomicLong();
    AtomicReference<Exception> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < submitters; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    ClientId client = ClientId.randomId();
                    try {
                      for (long n = next.getAndIncrement(); n < total; n = next.getAndIncrement()) {
                        RaftClientReply reply =
                            server
                                .submitClientRequestAsync(
                                    RaftClientRequest.newBuilder()
                                        .setClientId(client)
                                        .setServerId(server.getId())
                                        .setGroupId(group)
                                        .setCallId(n)
                                        .setMessage(Message.valueOf(content))
                                        .setType(RaftClientRequest.writeRequestType())
                                        .build())
                                .join();
                        if (!reply.isSuccess()) {
                          throw new IllegalStateException("Ratis refused an entry: " + reply);
                        }
                      }
                    } catch (IOException | RuntimeException e) {
                      failure.compareAndSet(null, e);
                    }
                  }));
    }
    Load.join(threads);
    Exception failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException(failed);
    }
  }
}
