package strongroom.storage.raft;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import strongroom.cluster.ClusterLink;
import strongroom.cluster.Target;

/** What Raft says to the other nodes and hears from them, by the cluster's link. */
final class PeerRpc implements RaftServerRpc {
  /** For a vote, and for all else that is small. */
  private static final Duration SHORT = Duration.ofSeconds(3);

  /** For entries, which are up to some MiB, and are synced before they are acknowledged. */
  private static final Duration LONG = Duration.ofSeconds(15);

  /** What outlives Ratis' server, which may be started again. */
  record Shared(Peering peering, Lease lease, Votes votes) {}

  private final RpcType type;
  private final RaftServer server;
  private final Shared shared;
  private final Map<RaftPeerId, RaftPeer> peers = new ConcurrentHashMap<>();

  PeerRpc(RpcType type, RaftServer server, Shared shared) {
    this.type = type;
    this.server = server;
    this.shared = shared;
  }

  @Override
  public void start() {
    ClusterLink link = shared.peering().link();
    link.answer(Calls.VOTE, (node, content) -> vote(node, content, false));
    link.answer(Calls.FORCED_VOTE, (node, content) -> vote(node, content, true));
    link.answer(Calls.APPEND, this::append);
    link.answer(Calls.INSTALL, this::install);
    link.answer(Calls.START_ELECTION, this::startElection);
  }

  private byte[] vote(String node, byte[] content, boolean forced) throws IOException {
    RequestVoteRequestProto request = RequestVoteRequestProto.parseFrom(content);
    requireFrom(node, request.getServerRequest());
    // Who asks may have missed its leader a moment before this node did: no need to ask again.
    if (forced || (!mayVoteSoon() && request.getPreVote())) {
      return server.requestVote(request).toByteArray();
    }
    return shared.votes().cast(() -> server.requestVote(request)).toByteArray();
  }

  private boolean mayVoteSoon() throws IOException {
    try {
      return shared.votes().mayVoteSoon();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private byte[] append(String node, byte[] content) throws IOException {
    AppendEntriesRequestProto request = AppendEntriesRequestProto.parseFrom(content);
    requireFrom(node, request.getServerRequest());
    shared.votes().heardOfLeader();
    return server.appendEntries(request).toByteArray();
  }

  private byte[] install(String node, byte[] content) throws IOException {
    InstallSnapshotRequestProto request = InstallSnapshotRequestProto.parseFrom(content);
    requireFrom(node, request.getServerRequest());
    return server.installSnapshot(request).toByteArray();
  }

  private byte[] startElection(String node, byte[] content) throws IOException {
    StartLeaderElectionRequestProto request = StartLeaderElectionRequestProto.parseFrom(content);
    requireFrom(node, request.getServerRequest());
    shared.votes().askedToLead();
    return server.startLeaderElection(request).toByteArray();
  }

  /** A node speaks for itself only. */
  private static void requireFrom(String node, RaftRpcRequestProto request) throws IOException {
    if (!ByteString.copyFromUtf8(node).equals(request.getRequestorId())) {
      throw new IOException("node " + node + " speaks for another");
    }
  }

  @Override
  public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
    boolean forced = shared.votes().askedByLeader();
    if (!forced && !mayVoteSoon()) {
      throw new IOException("this node has just heard of its leader");
    }
    int kind = forced ? Calls.FORCED_VOTE : Calls.VOTE;
    return RequestVoteReplyProto.parseFrom(
        call(request.getServerRequest(), kind, request.toByteArray(), SHORT));
  }

  @Override
  public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request)
      throws IOException {
    return AppendEntriesReplyProto.parseFrom(
        call(request.getServerRequest(), Calls.APPEND, request.toByteArray(), LONG));
  }

  @Override
  public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request)
      throws IOException {
    return InstallSnapshotReplyProto.parseFrom(
        call(request.getServerRequest(), Calls.INSTALL, request.toByteArray(), LONG));
  }

  @Override
  public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
      throws IOException {
    shared.lease().suspend(shared.peering().electionTimeoutMin().multipliedBy(8));
    return StartLeaderElectionReplyProto.parseFrom(
        call(request.getServerRequest(), Calls.START_ELECTION, request.toByteArray(), SHORT));
  }

  private byte[] call(RaftRpcRequestProto to, int kind, byte[] content, Duration deadline)
      throws IOException {
    RaftPeer peer = peers.get(RaftPeerId.valueOf(to.getReplyId()));
    if (peer == null) {
      throw new IOException("node " + to.getReplyId().toStringUtf8() + " is not known");
    }
    return shared
        .peering()
        .link()
        .call(Target.of(peer.getId().toString(), peer.getAddress()), kind, content, deadline);
  }

  @Override
  public void addRaftPeers(Collection<RaftPeer> more) {
    for (RaftPeer peer : more) {
      peers.put(peer.getId(), peer);
    }
  }

  @Override
  public void handleException(RaftPeerId peer, Exception failure, boolean reconnect) {}

  @Override
  public InetSocketAddress getInetSocketAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @Override
  public RpcType getRpcType() {
    return type;
  }

  @Override
  public void close() {}
}
