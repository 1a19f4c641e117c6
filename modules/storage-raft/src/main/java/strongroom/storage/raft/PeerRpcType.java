package strongroom.storage.raft;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis' transport over the cluster's own link: one port and one kind of TLS for all that nodes say
 * to each other. Public, because Ratis makes it by name; {@link PeerRpc.Shared} comes by Ratis'
 * parameters.
 */
@SuppressWarnings("exports") // seen by Ratis only, whose types these are
public final class PeerRpcType implements RpcType {
  static final String SHARED = "strongroom.peers";

  /** For Ratis. */
  public PeerRpcType() {}

  @Override
  public String name() {
    return PeerRpcType.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new PeerFactory(parameters.getNonNull(SHARED, PeerRpc.Shared.class));
  }

  private final class PeerFactory implements ServerFactory {
    private final PeerRpc.Shared shared;

    PeerFactory(PeerRpc.Shared shared) {
      this.shared = shared;
    }

    @Override
    public RaftServerRpc newRaftServerRpc(RaftServer server) {
      return new PeerRpc(PeerRpcType.this, server, shared);
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division server, LeaderState leader, FollowerInfo follower) {
      return new PeerAppender(server, leader, follower, shared.lease());
    }

    @Override
    public RpcType getRpcType() {
      return PeerRpcType.this;
    }
  }
}
