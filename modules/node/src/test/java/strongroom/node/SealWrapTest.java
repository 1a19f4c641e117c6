package strongroom.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.barrier.RootKey;
import strongroom.seal.Seal;
import strongroom.seal.SealKey;
import strongroom.seal.SealRecord;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

/** Whatever protects the root key protects the wrap key with it, and what is wrapped stays open. */
class SealWrapTest {
  private static final String FOLDER = "logical/wrapped/";
  private static final String SECRET = FOLDER + "secret";

  /** More than the making of a wrap key takes. */
  private static final int HSM_CALLS_MAX = 8;

  private final Nodes nodes = new Nodes();
  private final FakeHsm other = new FakeHsm(Nodes.PIN);
  private final Seal sealA = FakeSeal.named("a", nodes.hsm);
  private final Seal sealB = FakeSeal.named("b", other);

  SealWrapTest() {
    nodes.sealWrap.setMounts(Set.of(FOLDER));
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  private static Protection by(Seal... enabled) {
    return Protection.of(List.of(enabled), List.of());
  }

  private Node init(Protection protection) {
    Node node = nodes.start(protection);
    Nodes.awaitUninitialized(node);
    node.init(Nodes.initRecovery(2, 2));
    Nodes.awaitActive(node);
    write("the secret");
    assertOpen();
    return node;
  }

  private void write(String text) {
    nodes.services.barrier().commit(new Batch().put(SECRET, text.getBytes(UTF_8)));
  }

  private void assertOpen() {
    assertThat(new String(nodes.services.barrier().get(SECRET).orElseThrow(), UTF_8))
        .isEqualTo("the secret");
    assertThat(isTwice(SECRET)).isTrue();
  }

  private boolean isTwice(String path) {
    return nodes.storage.get(path).orElseThrow()[0] == 2;
  }

  private void restarted(Protection protection) {
    Nodes.awaitActive(nodes.restart(protection));
    assertOpen();
  }

  @Test
  void whatTheSealKeepsIsBothKeysAsOne() {
    Node node = init(by(sealA));
    SealCopy copy = node.sealCopies().getFirst();
    assertThat(copy.key()).isEqualTo("root");
    byte[] wrapped =
        SealRecord.fromBytes(nodes.storage.get(SealRecords.PATH).orElseThrow())
            .rootKeys()
            .getFirst()
            .wrapped();
    try (SecretBytes key = sealA.unwrap(Seal.Purpose.ROOT_KEY, wrapped)) {
      assertThat(key.length()).isEqualTo(RootKey.LENGTH);
    }
  }

  @Test
  void aStartAsksTheHsmOnceAndReadsAndWritesNever() {
    init(by(sealA));
    int before = nodes.hsm.calls();
    Nodes.awaitActive(nodes.restart(by(sealA)));
    assertThat(nodes.hsm.calls() - before).isEqualTo(1);

    for (int i = 0; i < 50; i++) {
      write("the secret");
      assertOpen();
    }
    assertThat(nodes.hsm.calls() - before).isEqualTo(1);
  }

  @Test
  void staysOpenWhenTheSealsKeyAndTheRootKeyAreReplacedAndTakenBack() {
    Node node = init(by(sealA));
    node.sealRotation().rotate("a", new SealKey("", "02"), true);
    restarted(by(sealA));
    Node again = nodes.restart(by(sealA));
    Nodes.awaitActive(again);
    assertThat(again.sealRotation().rollback("a")).isPresent();
    again.barrierRekey().rotateRootKey();
    again.dataKeys().rotate();
    restarted(by(sealA));
  }

  @Test
  void staysOpenByASealThatWasAddedWhenTheFirstIsGone() {
    init(by(sealA));
    other.makeKey();
    Node both = nodes.restart(by(sealA, sealB));
    Nodes.awaitActive(both);
    Nodes.await("both", () -> both.seals().stream().allMatch(SealView::wrapped));
    nodes.hsm.pull();
    restarted(by(sealB));
  }

  @Test
  void staysOpenWhenItMovesToKeySharesAndBack() {
    Node node = nodes.start(by(sealA));
    Nodes.awaitUninitialized(node);
    List<KeyShare> shares = node.init(Nodes.initRecovery(2, 2)).recoveryKeys();
    Nodes.awaitActive(node);
    write("the secret");
    node.configure(Protection.of(List.of(), List.of(sealA)));
    migrate(node, shares);
    nodes.hsm.pull();
    Node byShares = nodes.restart(Protection.byShares());
    unseal(byShares, shares);
    assertOpen();

    nodes.hsm.putBack();
    byShares.configure(by(sealA));
    migrate(byShares, shares);
    restarted(by(sealA));
  }

  private static void migrate(Node node, List<KeyShare> shares) {
    node.sealMigration().update(Optional.of(Nodes.share(shares.get(0))));
    assertThat(node.sealMigration().update(Optional.of(Nodes.share(shares.get(1)))).to()).isEmpty();
  }

  private static void unseal(Node node, List<KeyShare> shares) {
    Nodes.awaitObstacle(node, Obstacle.Kind.NEEDS_KEY_SHARES);
    node.unseal(Nodes.share(shares.get(0)));
    assertThat(node.unseal(Nodes.share(shares.get(1))).sealed()).isFalse();
  }

  @Test
  void anOlderInstallationGetsItsWrapKeyFromItsSealAndRewrapsWhatItHas() {
    OldInstallation.make(nodes, by(sealA));
    Node node = nodes.start(by(sealA));
    Nodes.awaitActive(node);

    Nodes.await("a wrap key", node.sealRewrap()::isEnabled);
    Nodes.await("its copy", () -> node.sealCopies().getFirst().number() == 2);
    write("the secret");
    assertOpen();
    assertThat(node.ceremony().read().entries().getLast().text()).contains("its first wrap key");
    restarted(by(sealA));
  }

  @Test
  void anOlderInstallationGetsItsWrapKeyFromTheKeySharesThatUnsealIt() {
    for (Protection protection : List.of(Protection.byShares(), nodes.byHsmAndShares())) {
      try (Nodes old = new Nodes()) {
        Protection with =
            protection instanceof Protection.Shares ? protection : old.byHsmAndShares();
        List<KeyShare> shares = OldInstallation.make(old, with);
        Node node = old.start(with);
        unseal(node, shares);
        assertThat(node.sealRewrap().isEnabled()).isTrue();
        Node again = old.restart(with);
        unseal(again, shares);
        assertThat(again.sealCopies().getFirst().number()).isEqualTo(2);
      }
    }
  }

  @Test
  void anOlderInstallationWhoseHsmFailsAtAnyCallServesAndGetsItsWrapKeyLater() {
    int failed = 0;
    for (int calls = 1; calls <= HSM_CALLS_MAX; calls++) {
      try (Nodes old = new Nodes()) {
        Seal seal = FakeSeal.named("a", old.hsm);
        OldInstallation.make(old, by(seal));
        int before = old.hsm.calls();
        int left = calls;
        old.hsm.failAfter(left, new IllegalStateException("killed"));
        Node node = old.start(by(seal));
        Nodes.awaitActive(node);
        Nodes.await(
            "tried", () -> node.sealRewrap().isEnabled() || old.hsm.calls() - before > left);
        old.hsm.failAfter(Integer.MAX_VALUE, new IllegalStateException("never"));
        failed += node.sealRewrap().isEnabled() ? 0 : 1;

        Node again = old.restart(by(seal));
        Nodes.awaitActive(again);
        Nodes.await("a wrap key", again.sealRewrap()::isEnabled);
        assertThat(old.services.barrier().get("sys/policy/default")).isPresent();
      }
    }
    assertThat(failed).isBetween(1, HSM_CALLS_MAX - 1);
  }

  @Test
  void aRewrapSealsTwiceWhatIsListedNowAndTellsOfWhatIsDamaged() {
    Node node = init(by(sealA));
    nodes.sealWrap.setMounts(Set.of());
    for (int i = 0; i < 40; i++) {
      nodes.services.barrier().commit(new Batch().put(FOLDER + "deep/" + i, new byte[] {1}));
    }
    nodes.storage.commit(new Batch().put(FOLDER + "damaged", new byte[] {9}));
    assertThat(isTwice(FOLDER + "deep/39")).isFalse();
    nodes.sealWrap.setMounts(Set.of(FOLDER));

    node.sealRewrap().start();
    Nodes.await("done", () -> !node.sealRewrap().status().running());

    assertThat(isTwice(FOLDER + "deep/0")).isTrue();
    assertThat(isTwice(FOLDER + "deep/39")).isTrue();
    assertOpen();
    assertThat(node.sealRewrap().status().failed()).isEqualTo(1);
    // The 42 of the folder, and the node's own signing key.
    assertThat(node.sealRewrap().status().processed()).isEqualTo(43);
  }

  @Test
  void aRewrapThatStorageStopsEndsAndCanBeStartedAgain() {
    Node node = init(by(sealA));
    node.dataKeys().rotate();
    nodes.storage.failNextCommit(new StorageFault.Unavailable("the disk is full", null));
    node.sealRewrap().start();
    Nodes.await("ended", () -> !node.sealRewrap().status().running());
    node.sealRewrap().start();
    Nodes.await("done", () -> node.sealRewrap().status().processed() == 2);
    assertOpen();
    node.seal();
    assertThatThrownBy(() -> node.sealRewrap().start()).hasMessageContaining("sealed");
  }
}
