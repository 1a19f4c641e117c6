package strongroom.storage.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.storage.raft.Network.Fault;

/**
 * Three nodes whose network fails in one way after the other, and one write or read after the other
 * through whoever leads. A few faults here, for as long as one wants by {@code ./dev chaos}.
 */
class FaultsTest {
  private static final long SEED = Long.getLong("strongroom.chaos.seed", 1);
  private static final long SECONDS = Long.getLong("strongroom.chaos.seconds", 4);
  private static final long FAULT_MILLIS = 700;

  /** Leaves the processors to the nodes. */
  private static final long PAUSE_NANOS = 2_000_000;

  /** What can be wrong, seen from the node that leads, or from one that follows. */
  private enum Trouble {
    LEADER_ALONE,
    LEADER_MUTE,
    LEADER_DEAF,
    FOLLOWER_ALONE,
    FOLLOWER_MUTE,
    NOBODY_REACHED,
    SLOW,
    LOSSY;

    Fault fault(String leader, String follower) {
      return switch (this) {
        case LEADER_ALONE -> Fault.cut((from, to) -> from.equals(leader) || to.equals(leader));
        case LEADER_MUTE -> Fault.cut((from, to) -> from.equals(leader));
        case LEADER_DEAF -> Fault.cut((from, to) -> to.equals(leader));
        case FOLLOWER_ALONE ->
            Fault.cut((from, to) -> from.equals(follower) || to.equals(follower));
        case FOLLOWER_MUTE -> Fault.cut((from, to) -> from.equals(follower));
        case NOBODY_REACHED -> Fault.cut((from, to) -> true);
        case SLOW -> new Fault((from, to) -> false, 60, 0);
        case LOSSY -> new Fault((from, to) -> false, 10, 15);
      };
    }
  }

  @TempDir Path folder;

  private final Network network = new Network(SEED);

  /** One for each node, written through that node only. */
  private final List<Register> registers =
      List.of(new Register("one"), new Register("two"), new Register("three"));

  private final AtomicBoolean stop = new AtomicBoolean();
  private final List<Thread> clients = new ArrayList<>();

  @Test
  void noReadIsOldAndNothingAcknowledgedIsLostWhileTheNetworkFails() throws Exception {
    try (Nodes nodes = new Nodes(folder, 8192, network)) {
      Nodes.Node one = nodes.first("one");
      List<Nodes.Node> all = List.of(one, nodes.join("two", one), nodes.join("three", one));
      client(all, FaultsTest::serveWhereItLeads);
      // A write that hangs at the leader before must hold up nobody who writes at the next one.
      all.forEach(node -> client(List.of(node), registers.get(all.indexOf(node))::write));
      registers.forEach(register -> client(all, register::read));
      trouble(all);
      stop.set(true);
      for (Thread client : clients) {
        client.join();
      }
      for (Nodes.Node node : all) {
        Nodes.await(() -> registers.stream().allMatch(kept -> kept.isWholeAt(node)));
      }
    } finally {
      stop.set(true);
    }
    List<String> contradictions =
        registers.stream().flatMap(one -> one.contradictions().stream()).toList();
    long reads = registers.stream().mapToLong(Register::reads).sum();
    System.out.printf(
        "seed %d: %d writes, %d reads, contradictions: %s%n",
        SEED, writes(), reads, contradictions);
    assertThat(contradictions).isEmpty();
    assertThat(reads).isPositive();
  }

  private long writes() {
    return registers.stream().mapToLong(Register::writes).sum();
  }

  private void trouble(List<Nodes.Node> all) throws InterruptedException {
    Random chance = new Random(SEED);
    long end = System.nanoTime() + SECONDS * 1_000_000_000;
    while (System.nanoTime() - end < 0) {
      Optional<Nodes.Node> leads =
          all.stream().filter(node -> node.storage().lead().isServing()).findFirst();
      String leader = leads.map(Nodes.Node::id).orElse("one");
      List<Nodes.Node> others = all.stream().filter(node -> !node.id().equals(leader)).toList();
      String follower = others.get(chance.nextInt(others.size())).id();
      Trouble trouble = Trouble.values()[chance.nextInt(Trouble.values().length)];
      System.out.printf("%s: leader %s, follower %s%n", trouble, leader, follower);
      network.set(trouble.fault(leader, follower));
      Thread.sleep(FAULT_MILLIS);
      network.set(Fault.NONE);
      long before = writes();
      Nodes.await(() -> writes() > before);
    }
  }

  /** Does {@code act} to one node after the other, until the end. */
  private void client(List<Nodes.Node> nodes, Consumer<Nodes.Node> act) {
    clients.add(
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  while (!stop.get()) {
                    nodes.forEach(act);
                    LockSupport.parkNanos(PAUSE_NANOS);
                  }
                }));
  }

  /** As a node does that notices that it has won or lost the lead. */
  private static void serveWhereItLeads(Nodes.Node node) {
    Lead lead = node.storage().lead();
    if (lead.isServing() && lead.servingTerm() == 0) {
      lead.serve();
    } else if (!lead.isServing()) {
      lead.withdraw();
    }
  }
}
