package strongroom.storage.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

/**
 * This node's lead: whether it has it, in which term it serves, whether it may answer reads, and
 * the handing on of it. What serves says in which term it began to, since another node may have led
 * in between without anybody here having noticed.
 */
public final class Lead {
  private static final Logger LOG = LoggerFactory.getLogger(Lead.class);
  private static final long LOOK_MILLIS = 1;

  private final Members.Division division;
  private final Supplier<Optional<UUID>> group;
  private final Members members;
  private final Optional<PeerRpc.Shared> peers;
  private final ReentrantLock handing = new ReentrantLock();

  /** How many commits are under way. */
  private final AtomicInteger committing = new AtomicInteger();

  /** The term that the node serves in; 0 while it does not. Of no meaning to one that is alone. */
  private volatile long servingTerm;

  /** What commits wait for while the lead is handed on; null otherwise. */
  private volatile @Nullable CountDownLatch held;

  Lead(
      Members.Division division,
      Supplier<Optional<UUID>> group,
      Members members,
      Optional<PeerRpc.Shared> peers) {
    this.division = division;
    this.group = group;
    this.members = members;
    this.peers = peers;
  }

  /** Whether this node leads, with everything committed before applied. */
  public boolean isHere() {
    return term() > 0;
  }

  /** Waits until this node leads, which one that is alone soon does. */
  void awaitHere(Duration most) {
    long end = System.nanoTime() + most.toNanos();
    while (!isHere()) {
      if (System.nanoTime() - end > 0) {
        throw new StorageFault.Unavailable("this node did not become leader in " + most, null);
      }
      pause();
    }
  }

  /** The term in which this node leads, with everything before applied; 0 where it does not. */
  private long term() {
    RaftServer running = division.running();
    Optional<UUID> own = group.get();
    if (running == null || own.isEmpty()) {
      return 0;
    }
    try {
      var info = running.getDivision(RaftGroupId.valueOf(own.get())).getInfo();
      long term = info.getCurrentTerm();
      boolean leads = info.isLeader() && info.isLeaderReady();
      return leads && info.getCurrentTerm() == term ? term : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Begins to serve in the term that this node leads in: commits are of that term or not at all.
   *
   * @return the term; 0 for a node that stays alone, or where this one does not lead
   */
  public long serve() {
    servingTerm = peers.isPresent() ? term() : 0;
    return servingTerm;
  }

  /** The term that this node serves in; 0 where it does not, and for a node that stays alone. */
  public long servingTerm() {
    return servingTerm;
  }

  /** Serves no more. */
  public void withdraw() {
    servingTerm = 0;
  }

  /** Whether this node leads, and in the term that it serves in, where it does. */
  public boolean isServing() {
    long term = term();
    long serving = servingTerm;
    return term > 0 && (peers.isEmpty() || serving == 0 || serving == term);
  }

  /** Whether nobody else can lead at this moment, so that what is read here is the latest. */
  public boolean mayRead() {
    return peers.isEmpty()
        || (isServing() && (peers.get().lease().valid() || members.isOnlyThisNode()));
  }

  /** The only term that {@code batch} may be committed in; 0 for a node that stays alone. */
  long termOf(Batch batch) {
    long term = batch.term() == 0 ? servingTerm : batch.term();
    if (term == 0 && peers.isPresent() && !members.isOnlyThisNode()) {
      throw new StorageFault.Unavailable("this node does not lead", null);
    }
    return term;
  }

  /**
   * Has another voter lead: {@code to}, or else the one that was heard of last. What is being
   * committed ends before that, and what comes to be committed meanwhile waits, so that nothing is
   * cut off.
   *
   * @return whether another leads now; false where none is to be had in {@code most}
   */
  public boolean handOn(Optional<String> to, Duration most) {
    List<String> others =
        to.map(List::of).orElseGet(() -> peers.map(p -> p.lease().heardOf()).orElse(List.of()));
    handing.lock();
    try {
      if (!isHere()) {
        return true;
      }
      CountDownLatch gate = new CountDownLatch(1);
      held = gate;
      try {
        awaitCommits(most);
        return others.stream().anyMatch(other -> members.isVoter(other) && took(other, most));
      } finally {
        held = null;
        gate.countDown();
      }
    } finally {
      handing.unlock();
    }
  }

  private boolean took(String other, Duration most) {
    try {
      members.transfer(other, most);
      return true;
    } catch (StorageFault.Unavailable e) {
      LOG.info("{}", e.getMessage());
      return false;
    }
  }

  private void awaitCommits(Duration most) {
    long end = System.nanoTime() + most.toNanos();
    while (committing.get() > 0 && System.nanoTime() - end < 0) {
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageFault.Unavailable("interrupted while waiting for the lead", e);
    }
  }

  /** Whether another node has been asked to lead and has not answered yet. */
  public boolean isBeingHandedOn() {
    return held != null;
  }

  /** A commit begins, for which {@link #endCommit} is called; waits while the lead is handed on. */
  void beginCommit() {
    if (peers.isEmpty()) {
      return;
    }
    committing.incrementAndGet();
    CountDownLatch gate = held;
    while (gate != null) {
      committing.decrementAndGet();
      awaitHandedOn(gate);
      committing.incrementAndGet();
      gate = held;
    }
  }

  void endCommit() {
    if (peers.isPresent()) {
      committing.decrementAndGet();
    }
  }

  private static void awaitHandedOn(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageFault.Unavailable("interrupted while the lead was handed on", e);
    }
  }
}
