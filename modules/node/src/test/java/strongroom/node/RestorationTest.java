package strongroom.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import strongroom.barrier.Barrier;
import strongroom.logical.RefusedException;
import strongroom.storage.Batch;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.Storage;

/** What a node says of a snapshot before it is restored, and how it goes over to it. */
@Timeout(60)
class RestorationTest {
  private static final byte[] SUMS = "the sums".getBytes(UTF_8);

  private final Nodes here = new Nodes();
  private final Nodes there = new Nodes();

  @AfterEach
  void close() {
    here.close();
    there.close();
  }

  /** A copy of what {@code from} has stored, as a snapshot that its node has taken. */
  private static Restoration.Candidate snapshot(Nodes from, Node node) {
    InMemoryStorage copy = new InMemoryStorage();
    copy(from.storage, "", copy);
    return new Restoration.Candidate("1-2-3", copy, SUMS, node.snapshotKeys().seal(SUMS));
  }

  private static void copy(Storage from, String folder, Storage to) {
    for (String name : from.list(folder, "", 1000).names()) {
      String path = folder + name;
      if (name.endsWith("/")) {
        copy(from, path, to);
      } else {
        to.commit(new Batch().put(path, from.get(path).orElseThrow()));
      }
    }
  }

  private static void exchange(Storage storage, Storage snapshot) {
    Batch gone = new Batch();
    collect(storage, "", gone);
    storage.commit(gone);
    copy(snapshot, "", storage);
  }

  private static void collect(Storage storage, String folder, Batch gone) {
    for (String name : storage.list(folder, "", 1000).names()) {
      if (name.endsWith("/")) {
        collect(storage, folder + name, gone);
      } else {
        gone.delete(folder + name);
      }
    }
  }

  private static Node active(Nodes nodes, Protection protection) {
    Node node = nodes.start(protection);
    Nodes.awaitUninitialized(node);
    node.init(Nodes.initRecovery(1, 1));
    Nodes.awaitActive(node);
    return node;
  }

  private static String refusal(Runnable doing) {
    try {
      doing.run();
    } catch (RefusedException e) {
      return e.refusal().toString();
    }
    throw new AssertionError("it was not refused");
  }

  private static String cluster(Node node) {
    return ((NodeState.Active) node.state()).cluster().id();
  }

  @Test
  void goesOverToAnotherClustersSnapshotThatItsOwnHsmOpensAndUnsealsByItself() {
    Node source = active(there, there.byHsm());
    Restoration.Candidate snapshot = snapshot(there, source);
    Node node = active(here, Protection.by(FakeSeal.named("fake", there.hsm)));
    assertThat(cluster(node)).isNotEqualTo(cluster(source));
    assertThat(node.restoration().check(snapshot, false)).isEmpty();
    node.restoration().change(() -> exchange(here.storage, snapshot.storage()), false);
    Nodes.awaitActive(node);
    assertThat(cluster(node)).isEqualTo(cluster(source));
  }

  @Test
  void restoresOntoANodeWithoutAnInstallationAndNeverOverOne() {
    Node source = active(there, there.byHsm());
    Restoration.Candidate snapshot = snapshot(there, source);
    Node node = here.start(Protection.by(FakeSeal.named("fake", there.hsm)));
    Nodes.awaitUninitialized(node);
    assertThat(node.restoration().uninitialized()).isTrue();
    assertThat(node.restoration().check(snapshot, false)).isEmpty();
    node.restoration().change(() -> exchange(here.storage, snapshot.storage()), true);
    Nodes.awaitActive(node);
    assertThat(node.restoration().uninitialized()).isFalse();
    assertThat(cluster(node)).isEqualTo(cluster(source));
    assertThatThrownBy(
            () ->
                node.restoration()
                    .change(
                        () -> {
                          throw new AssertionError("must not come to this");
                        },
                        true))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void refusesWhatItsHsmCannotOpenAndNamesBothKeysUnlessForced() {
    Node source = active(there, there.byHsm());
    Restoration.Candidate snapshot = snapshot(there, source);
    Node node = active(here, here.byHsm());
    assertThat(refusal(() -> node.restoration().check(snapshot, false)))
        .contains("1-2-3", "cannot open it", "wrapped by pkcs11", "this node has pkcs11", "-force");
    assertThat(node.restoration().check(snapshot, true)).isEmpty();
    assertThat(node.state()).isInstanceOf(NodeState.Active.class);
  }

  @Test
  void refusesSumsThatTheSnapshotsOwnServerHasNotMade() {
    Node node = active(here, here.byHsm());
    Restoration.Candidate whole = snapshot(here, node);
    assertThat(node.restoration().check(whole, false)).isEmpty();
    Restoration.Candidate altered =
        new Restoration.Candidate(
            "altered", whole.storage(), "others".getBytes(UTF_8), whole.sealedSums());
    assertThat(refusal(() -> node.restoration().check(altered, false)))
        .contains("altered", "SHA256SUMS.sealed");
    Restoration.Candidate without =
        new Restoration.Candidate("without", whole.storage(), SUMS, new byte[0]);
    assertThat(refusal(() -> node.restoration().check(without, false)))
        .contains("SHA256SUMS.sealed");
    Restoration.Candidate empty =
        new Restoration.Candidate("empty", new InMemoryStorage(), SUMS, new byte[0]);
    assertThat(refusal(() -> node.restoration().check(empty, true)))
        .contains("holds no installation");
  }

  @Test
  void whereKeySharesUnsealTheSameRootKeyOpensItAgainAndAnotherTakesItsShares() {
    Node node = here.start(Nodes.shares());
    Nodes.awaitUninitialized(node);
    InitResult made = node.init(Nodes.initShares(1, 1));
    node.unseal(Nodes.share(made.keys().getFirst()));
    Nodes.awaitActive(node);
    Restoration.Candidate own = snapshot(here, node);
    node.restoration().check(own, false);
    node.restoration().change(() -> exchange(here.storage, own.storage()), false);
    assertThat(node.state()).isInstanceOf(NodeState.Active.class);

    Node source = there.start(Nodes.shares());
    Nodes.awaitUninitialized(source);
    InitResult others = source.init(Nodes.initShares(1, 1));
    source.unseal(Nodes.share(others.keys().getFirst()));
    Nodes.awaitActive(source);
    Restoration.Candidate foreign = snapshot(there, source);
    assertThat(refusal(() -> node.restoration().check(foreign, false))).contains("another");
    node.restoration().check(foreign, true);
    node.restoration().change(() -> exchange(here.storage, foreign.storage()), false);
    Nodes.awaitObstacle(node, Obstacle.Kind.NEEDS_KEY_SHARES);
    node.unseal(Nodes.share(others.keys().getFirst()));
    Nodes.awaitActive(node);
    assertThat(cluster(node)).isEqualTo(cluster(source));
  }

  /** A cluster of which this node leads the one half. */
  private static final class Two implements Leadership {
    @Override
    public boolean isLeader() {
      return true;
    }

    @Override
    public Optional<String> leaderAddress() {
      return Optional.empty();
    }

    @Override
    public List<Peer> peers() {
      return List.of(new Peer("a", "", "", true), new Peer("b", "", "", false));
    }

    @Override
    public void stepDown() {}

    @Override
    public java.util.Set<String> kept() {
      return java.util.Set.of("core/kept");
    }

    @Override
    public Storage lead(Barrier barrier) {
      return barrier;
    }
  }

  @Test
  void severalNodesKeepWhatTheyReachEachOtherByAndTakeNothingThatTheyCannotOpen() {
    Node source = active(there, there.byHsm());
    Restoration.Candidate snapshot = snapshot(there, source);
    Node node = here.start(Protection.by(FakeSeal.named("fake", there.hsm)), new Two());
    Nodes.awaitUninitialized(node);
    node.init(Nodes.initRecovery(1, 1));
    Nodes.awaitActive(node);
    Barrier before = ((NodeState.Active) node.state()).unsealed().barrier();
    before.commit(new Batch().put("core/kept", "the cluster's".getBytes(UTF_8)));
    var kept = node.restoration().check(snapshot, false);
    assertThat(kept).containsKeys("core/kept", "core/keyring");
    kept.forEach((path, value) -> snapshot.storage().commit(new Batch().put(path, value)));
    node.restoration().change(() -> exchange(here.storage, snapshot.storage()), false);
    Nodes.awaitActive(node);
    assertThat(((NodeState.Active) node.state()).unsealed().barrier().get("core/kept"))
        .hasValue("the cluster's".getBytes(UTF_8));

    try (Nodes third = new Nodes()) {
      Restoration.Candidate foreign = snapshot(third, active(third, third.byHsm()));
      assertThat(refusal(() -> node.restoration().check(foreign, true))).contains("several nodes");
    }
  }
}
