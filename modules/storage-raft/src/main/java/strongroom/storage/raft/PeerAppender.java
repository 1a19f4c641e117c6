package strongroom.storage.raft;

import java.io.IOException;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppenderBase;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.Timestamp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one follower its entries, one message at a time: the queue in front of Raft gathers what
 * comes in meanwhile, so that one message carries as much as there is. A follower that lacks what
 * the log no longer has is told to fetch a copy of the state ({@link StateCopies}).
 */
final class PeerAppender extends LogAppenderBase {
  private static final Logger LOG = LoggerFactory.getLogger(PeerAppender.class);

  private final Lease lease;
  private boolean reachable = true;

  PeerAppender(RaftServer.Division server, LeaderState leader, FollowerInfo follower, Lease lease) {
    super(server, leader, follower);
    this.lease = lease;
  }

  @Override
  public long getCallId() {
    return CallId.get();
  }

  @Override
  public Comparator<Long> getCallIdComparator() {
    return CallId.getComparator();
  }

  @Override
  public void run() throws InterruptedException, IOException {
    while (isRunning()) {
      if (shouldSendAppendEntries()) {
        try {
          TermIndex firstInLog = shouldNotifyToInstallSnapshot();
          if (firstInLog == null) {
            append();
          } else {
            tellToFetch(firstInLog);
          }
          if (!reachable) {
            LOG.info("node {} is reached again", getFollowerId());
          }
          reachable = true;
        } catch (IOException e) {
          if (reachable) {
            LOG.warn("node {}: {}", getFollowerId(), e.getMessage());
          }
          reachable = false;
          getServer().properties().rpcSleepTime().sleep();
        }
      }
      if (isRunning() && !hasAppendEntries()) {
        getEventAwaitForSignal().await(getHeartbeatWaitTimeMs(), TimeUnit.MILLISECONDS);
      }
      getLeaderState().checkHealth(getFollower());
    }
  }

  private void append() throws IOException {
    AppendEntriesRequestProto request = newAppendEntriesRequest(CallId.getAndIncrement(), false);
    if (request == null || !isRunning()) {
      return;
    }
    resetHeartbeatTrigger();
    long sentNanos = System.nanoTime();
    Timestamp sent = Timestamp.currentTime();
    boolean heartbeat = request.getEntriesCount() == 0;
    getFollower().updateLastRpcSendTime(heartbeat);
    AppendEntriesReplyProto reply = getServerRpc().appendEntries(request);
    getFollower().updateLastRpcResponseTime();
    getFollower().updateLastRespondedAppendEntriesSendTime(sent);
    getLeaderState().onFollowerCommitIndex(getFollower(), reply.getFollowerCommit());
    switch (reply.getResult()) {
      case SUCCESS -> {
        lease.acknowledged(
            getFollowerId(), sentNanos, getServer().getRaftConf(), getServer().getId());
        // A heartbeat's answer says nothing of entries that it did not carry.
        if (!heartbeat && reply.getNextIndex() > getFollower().getNextIndex()) {
          getFollower().updateMatchIndex(reply.getNextIndex() - 1);
          getFollower().increaseNextIndex(reply.getNextIndex());
          getLeaderState().onFollowerSuccessAppendEntries(getFollower());
        }
      }
      case NOT_LEADER -> onFollowerTerm(reply.getTerm());
      case INCONSISTENCY ->
          getFollower()
              .setNextIndex(
                  getNextIndexForInconsistency(
                      heartbeat ? RaftLog.INVALID_LOG_INDEX : request.getEntries(0).getIndex(),
                      reply.getNextIndex()));
      case UNRECOGNIZED -> LOG.warn("node {} answers what is not known", getFollowerId());
    }
    getLeaderState().onAppendEntriesReply(this, reply);
  }

  private void tellToFetch(TermIndex firstInLog) throws IOException, InterruptedException {
    getFollower().updateLastRpcSendTime(false);
    InstallSnapshotReplyProto reply =
        getServerRpc().installSnapshot(newInstallSnapshotNotificationRequest(firstInLog));
    getFollower().updateLastRpcResponseTime();
    switch (reply.getResult()) {
      case NOT_LEADER -> onFollowerTerm(reply.getTerm());
      case ALREADY_INSTALLED, SNAPSHOT_INSTALLED -> {
        LOG.info("node {} has the state up to {}", getFollowerId(), reply.getSnapshotIndex());
        getFollower().setSnapshotIndex(reply.getSnapshotIndex());
        getFollower().setAttemptedToInstallSnapshot();
        getLeaderState().onFollowerCommitIndex(getFollower(), reply.getSnapshotIndex());
      }
      case SNAPSHOT_UNAVAILABLE -> {
        getFollower().setAttemptedToInstallSnapshot();
        getEventAwaitForSignal().await(getHeartbeatWaitTimeMs(), TimeUnit.MILLISECONDS);
      }
      case SUCCESS, IN_PROGRESS, CONF_MISMATCH, SNAPSHOT_EXPIRED, UNRECOGNIZED ->
          LOG.debug("node {} fetches the state: {}", getFollowerId(), reply.getResult());
    }
  }
}
