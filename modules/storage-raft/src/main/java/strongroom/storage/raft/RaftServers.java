package strongroom.storage.raft;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and ends Ratis' servers, set as this storage needs them. */
final class RaftServers {
  private static final Logger LOG = LoggerFactory.getLogger(RaftServers.class);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(15);

  /** So many entries stay after a snapshot, for followers that are a little behind. */
  private static final long KEPT_FOR_FOLLOWERS = 8192;

  private final RaftSettings settings;
  private final Optional<PeerRpc.Shared> peers;

  RaftServers(RaftSettings settings, Optional<PeerRpc.Shared> peers) {
    this.settings = settings;
    this.peers = peers;
  }

  /** This node, as the others are told of it. */
  RaftPeer self() {
    RaftPeer.Builder self = RaftPeer.newBuilder().setId(RaftPeerId.valueOf(settings.nodeId()));
    settings
        .peering()
        .ifPresentOrElse(
            peering ->
                self.setAddress(peering.clusterAddress()).setClientAddress(peering.apiAddress()),
            () -> self.setAddress("127.0.0.1:0"));
    return self.build();
  }

  RaftServer start(DataFolder folder, StateMachine machine) throws IOException {
    RaftGroupId id = RaftGroupId.valueOf(folder.group());
    // Who has joined learns from the leader who else there is.
    RaftGroup group = folder.joining() ? RaftGroup.valueOf(id) : RaftGroup.valueOf(id, self());
    Parameters parameters = new Parameters();
    peers.ifPresent(shared -> parameters.put(PeerRpcType.SHARED, shared, PeerRpc.Shared.class));
    RaftServer made = null;
    try {
      made =
          RaftServer.newBuilder()
              .setServerId(RaftPeerId.valueOf(settings.nodeId()))
              .setGroup(group)
              .setStateMachine(machine)
              .setProperties(properties(folder.raft().toFile()))
              .setParameters(parameters)
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
    properties.set(
        RaftConfigKeys.Rpc.TYPE_KEY,
        (peers.isPresent() ? PeerRpcType.class : AloneRpcType.class).getName());
    settings.peering().ifPresent(peering -> inCluster(properties, peering));
    // Who is alone need not wait, and who is not is refused a vote while there is a leader.
    TimeDuration soon = TimeDuration.valueOf(10, TimeUnit.MILLISECONDS);
    TimeDuration later = TimeDuration.valueOf(20, TimeUnit.MILLISECONDS);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, soon);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, later);
    return properties;
  }

  private static void inCluster(RaftProperties properties, Peering peering) {
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(peering.lookMin()));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(peering.lookMax()));
    RaftServerConfigKeys.Rpc.setRequestTimeout(
        properties, TimeDuration.valueOf(3, TimeUnit.SECONDS));
    // A follower that needs the state fetches it itself, over the link.
    RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, false);
    RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, KEPT_FOR_FOLLOWERS);
    RaftServerConfigKeys.LeaderElection.setMemberMajorityAdd(properties, true);
  }

  private static TimeDuration millis(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Closes {@code running}, for which Ratis after some faults would wait for ever. */
  void closeQuietly(@Nullable RaftServer running) {
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
}
