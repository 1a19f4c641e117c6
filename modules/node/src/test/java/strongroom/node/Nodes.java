package strongroom.node;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import strongroom.barrier.Barrier;
import strongroom.barrier.SealWrap;
import strongroom.secret.SecretBytes;
import strongroom.testkit.FaultyStorage;

/** A node under test with all it stands on; restarted by {@link #restart}. */
final class Nodes implements AutoCloseable {
  static final String PIN = "1234";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  final FaultyStorage storage = new FaultyStorage();
  final FakeServices services = new FakeServices();
  final FakeHsm hsm = new FakeHsm(PIN);
  final SealWrap sealWrap = new SealWrap(true, Node.SEAL_WRAPPED);
  private final List<Node> started = new ArrayList<>();

  static Protection shares() {
    return Protection.byShares();
  }

  Protection byHsm() {
    return byHsm(PIN);
  }

  Protection byHsm(String pin) {
    return Protection.by(new FakeSeal(hsm, pin, true, true, Clock.systemUTC()));
  }

  Protection byHsmAndShares() {
    return Protection.by(new FakeSeal(hsm, PIN, true, false, Clock.systemUTC()));
  }

  /** A node that has started and read storage. */
  Node start(Protection protection) {
    return start(protection, Leadership.ALONE);
  }

  Node start(Protection protection, Leadership leadership) {
    Node node = new Node(parts(protection, leadership));
    node.start();
    started.add(node);
    return node;
  }

  NodeParts parts(Protection protection, Leadership leadership) {
    return new NodeParts(
        storage,
        protection,
        services,
        leadership,
        "",
        new Barrier.Source(Clock.systemUTC(), new SecureRandom(), sealWrap));
  }

  /** Ends the last node and starts another on the same storage. */
  Node restart(Protection protection) {
    started.removeLast().close();
    return start(protection);
  }

  static void await(String what, BooleanSupplier condition) {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("waited " + PATIENCE + " in vain until " + what);
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  static void awaitUninitialized(Node node) {
    await("uninitialized", () -> node.state() instanceof NodeState.Uninitialized);
  }

  static void awaitActive(Node node) {
    await("active", () -> node.state() instanceof NodeState.Active);
  }

  static void awaitObstacle(Node node, Obstacle.Kind kind) {
    await(kind.code(), () -> node.status().obstacle().filter(o -> o.kind() == kind).isPresent());
  }

  static InitRequest initShares(int shares, int threshold) {
    return new InitRequest(
        Optional.of(shares),
        Optional.of(threshold),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        "");
  }

  static InitRequest initRecovery(int shares, int threshold) {
    return new InitRequest(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.of(shares),
        Optional.of(threshold),
        List.of(),
        "");
  }

  static SecretBytes share(KeyShare share) {
    return SecretBytes.takeFrom(HexFormat.of().parseHex(share.hex()));
  }

  @Override
  public void close() {
    started.forEach(Node::close);
  }
}
