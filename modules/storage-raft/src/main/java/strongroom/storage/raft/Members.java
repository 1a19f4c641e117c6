package strongroom.storage.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import strongroom.storage.StorageFault;

/**
 * Who belongs to the cluster, and the changing of it, one change at a time and by the leader only.
 */
public final class Members {
  /** A new node must have the whole state before it counts. */
  private static final Duration CHANGE_MAX = Duration.ofMinutes(5);

  private final Division division;
  private final RaftPeer self;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong callIds = new AtomicLong();
  private final ReentrantLock changing = new ReentrantLock();

  /** Raft's server as it is now; null while there is none. */
  @FunctionalInterface
  interface Division {
    @Nullable RaftServer running();
  }

  Members(Division division, RaftPeer self) {
    this.division = division;
    this.self = self;
  }

  /** All that the cluster has, as this node knows it; none before it has joined. */
  public List<Member> all() {
    RaftServer running = division.running();
    if (running == null) {
      return List.of();
    }
    try {
      RaftServer.Division own = own(running);
      RaftConfiguration now = own.getRaftConf();
      RaftPeerId leader = own.getInfo().getLeaderId();
      List<Member> members = new ArrayList<>();
      for (RaftPeer peer : now.getCurrentPeers()) {
        members.add(member(peer, true, peer.getId().equals(leader)));
      }
      for (RaftPeer peer : now.getCurrentPeers(RaftPeerRole.LISTENER)) {
        members.add(member(peer, false, false));
      }
      members.sort(Comparator.comparing(Member::id));
      return List.copyOf(members);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Member member(RaftPeer peer, boolean voter, boolean leader) {
    String api = peer.getClientAddress();
    return new Member(
        peer.getId().toString(), peer.getAddress(), api == null ? "" : api, voter, leader);
  }

  /** Whether {@code id} is one of them, with a vote or without. */
  public boolean has(String id) {
    RaftServer running = division.running();
    try {
      return running != null
          && own(running)
                  .getRaftConf()
                  .getPeer(RaftPeerId.valueOf(id), RaftPeerRole.FOLLOWER, RaftPeerRole.LISTENER)
              != null;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether {@code id} has a vote. */
  boolean isVoter(String id) {
    return all().stream().anyMatch(one -> one.voter() && one.id().equals(id));
  }

  /** Whether this node is the only one with a vote, and nobody is about to get one. */
  boolean isOnlyThisNode() {
    RaftServer running = division.running();
    try {
      if (running == null) {
        return false;
      }
      RaftConfiguration now = own(running).getRaftConf();
      Collection<RaftPeer> voters = now.getCurrentPeers();
      return voters.size() == 1
          && now.getPreviousPeers().isEmpty()
          && voters.iterator().next().getId().equals(self.getId());
    } catch (IOException e) {
      return false;
    }
  }

  /** The one that leads, where this node knows it. */
  public Optional<Member> leader() {
    return all().stream().filter(Member::leader).findFirst();
  }

  /** The index of the entry that says who belongs to the cluster; -1 for none. */
  public long index() {
    RaftServer running = division.running();
    try {
      return running == null ? -1 : own(running).getRaftConf().getLogEntryIndex();
    } catch (IOException e) {
      return -1;
    }
  }

  private static RaftServer.Division own(RaftServer running) throws IOException {
    return running.getDivision(running.getGroupIds().iterator().next());
  }

  /**
   * Adds a node, or changes what is known of it. Returns when it has the state and counts.
   *
   * @throws StorageFault.Unavailable where this node does not lead, or the new one does not keep up
   */
  public void put(Member member) {
    change(
        members -> {
          members.removeIf(one -> one.id().equals(member.id()));
          members.add(member);
          return members;
        });
  }

  /** Removes the node {@code id}. */
  public void remove(String id) {
    change(
        members -> {
          members.removeIf(one -> one.id().equals(id));
          return members;
        });
  }

  private void change(UnaryOperator<List<Member>> change) {
    changing.lock();
    try {
      RaftServer running = required();
      List<Member> next = change.apply(new ArrayList<>(all()));
      List<RaftPeer> voters = peers(next, true);
      List<RaftPeer> others = peers(next, false);
      if (voters.isEmpty()) {
        throw new StorageFault.Unavailable("a cluster has at least one voter", null);
      }
      RaftGroupId group = own(running).getGroup().getGroupId();
      await(
          running.setConfigurationAsync(
              new SetConfigurationRequest(
                  client, running.getId(), group, callIds.incrementAndGet(), voters, others)),
          CHANGE_MAX);
    } catch (IOException e) {
      throw new StorageFault.Unavailable("the members cannot be changed: " + e.getMessage(), e);
    } finally {
      changing.unlock();
    }
  }

  private List<RaftPeer> peers(Collection<Member> members, boolean voters) {
    return members.stream()
        .filter(member -> member.voter() == voters)
        .map(
            member ->
                member.id().equals(self.getId().toString())
                    ? self
                    : RaftPeer.newBuilder()
                        .setId(member.id())
                        .setAddress(member.clusterAddress())
                        .setClientAddress(member.apiAddress())
                        .setStartupRole(voters ? RaftPeerRole.FOLLOWER : RaftPeerRole.LISTENER)
                        .build())
        .toList();
  }

  /**
   * Has the voter {@code id} take over.
   *
   * @throws StorageFault.Unavailable where it does not in time; this node may still lead
   */
  void transfer(String id, Duration most) {
    try {
      RaftServer running = required();
      RaftGroupId group = own(running).getGroup().getGroupId();
      await(
          running.transferLeadershipAsync(
              new TransferLeadershipRequest(
                  client,
                  running.getId(),
                  group,
                  callIds.incrementAndGet(),
                  RaftPeerId.valueOf(id),
                  most.toMillis())),
          most.plusSeconds(1));
    } catch (IOException e) {
      throw new StorageFault.Unavailable("node " + id + " did not take over: " + e.getMessage(), e);
    }
  }

  private RaftServer required() {
    RaftServer running = division.running();
    if (running == null) {
      throw new StorageFault.Unavailable("Raft is not running", null);
    }
    return running;
  }

  private static void await(CompletableFuture<RaftClientReply> done, Duration most)
      throws IOException {
    try {
      RaftClientReply reply = done.get(most.toMillis(), TimeUnit.MILLISECONDS);
      if (!reply.isSuccess()) {
        throw new IOException(String.valueOf(reply.getException()), reply.getException());
      }
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("it took longer than " + most, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
