package strongroom.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.RefusedException;
import strongroom.seal.Seal;
import strongroom.seal.SealKey;
import strongroom.storage.StorageFault;

/** A node that serves moves its root key to the seals of a configuration that was read again. */
class SealMigrationTest {
  /** More than any migration makes, so that the loops below reach its end. */
  private static final int HSM_CALLS_MAX = 80;

  private Nodes nodes = new Nodes();
  private FakeHsm hsmA = new FakeHsm(Nodes.PIN);
  private FakeHsm hsmB = new FakeHsm(Nodes.PIN);
  private Seal sealA = FakeSeal.named("a", hsmA);
  private Seal sealB = FakeSeal.named("b", hsmB);

  /** As if the process had been killed there: nothing after it is done. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  private void startAnew() {
    nodes.close();
    nodes = new Nodes();
    hsmA = new FakeHsm(Nodes.PIN);
    hsmB = new FakeHsm(Nodes.PIN);
    sealA = FakeSeal.named("a", hsmA);
    sealB = FakeSeal.named("b", hsmB);
  }

  private Protection bySeal() {
    return Protection.of(List.of(sealA), List.of());
  }

  private Protection bySealB() {
    return Protection.of(List.of(sealB), List.of(sealA));
  }

  private Protection sharesWithDisabledSeal() {
    return Protection.of(List.of(), List.of(sealA));
  }

  private Protection bySealAndShares() {
    return Protection.by(FakeSeal.besideShares("a", hsmA));
  }

  private Protection sharesWithDisabledSealOfBoth() {
    return Protection.of(List.of(), List.of(FakeSeal.besideShares("a", hsmA)));
  }

  private Node last;

  private List<KeyShare> init(Protection protection) {
    last = nodes.start(protection);
    Nodes.awaitUninitialized(last);
    if (protection.takesShares()) {
      List<KeyShare> shares = last.init(Nodes.initShares(3, 2)).keys();
      unseal(last, shares);
      return shares;
    }
    List<KeyShare> shares = last.init(Nodes.initRecovery(3, 2)).recoveryKeys();
    Nodes.awaitActive(last);
    return shares;
  }

  private static void unseal(Node node, List<KeyShare> shares) {
    Nodes.awaitObstacle(node, Obstacle.Kind.NEEDS_KEY_SHARES);
    node.unseal(Nodes.share(shares.get(0)));
    assertThat(node.unseal(Nodes.share(shares.get(1))).sealed()).isFalse();
  }

  private static SealMigration.Status migrate(Node node, List<KeyShare> shares) {
    node.sealMigration().update(Optional.of(Nodes.share(shares.get(2))));
    return node.sealMigration().update(Optional.of(Nodes.share(shares.get(0))));
  }

  private static List<String> current(Node node) {
    return node.sealCopies().stream()
        .filter(SealCopy::current)
        .map(copy -> copy.key() + " " + copy.sealName())
        .toList();
  }

  private byte[] record() {
    return nodes.storage.get(SealRecords.PATH).orElseThrow();
  }

  @Test
  void movesFromKeySharesToAnHsmAndOnToAnotherAndBackToKeyShares() {
    List<KeyShare> shares = init(Protection.byShares());
    Node node = last;
    int opened = nodes.services.opened();
    node.configure(bySeal());
    SealMigration.Status waiting = node.sealMigration().status();
    assertThat(waiting.from()).isEqualTo(new SealMigration.End("shamir", List.of()));
    assertThat(waiting.to()).contains(new SealMigration.End("pkcs11", List.of("a")));
    assertThat(waiting.threshold()).isEqualTo(2);

    assertThat(migrate(node, shares).to()).isEmpty();
    assertThat(current(node)).containsExactly("root a", "recovery a");
    assertThat(node.status().type()).isEqualTo("pkcs11");
    hsmB.makeKey();
    node.configure(bySealB());
    migrate(node, shares);
    assertThat(current(node)).containsExactly("root b", "recovery b");
    node.configure(Protection.of(List.of(), List.of(sealB)));
    migrate(node, shares);
    assertThat(current(node)).containsExactly("root shamir");
    assertThat(node.status().recoverySeal()).isFalse();
    assertThat(nodes.services.opened()).isEqualTo(opened);

    hsmA.pull();
    hsmB.pull();
    unseal(nodes.restart(Protection.byShares()), shares);
  }

  @Test
  void eachStationUnsealsByWhatItMovedTo() {
    List<KeyShare> shares = init(Protection.byShares());
    last.configure(bySeal());
    migrate(last, shares);
    Node byA = nodes.restart(bySeal());
    Nodes.awaitActive(byA);
    hsmB.makeKey();
    byA.configure(bySealB());
    migrate(byA, shares);
    hsmA.pull();
    Node byB = nodes.restart(Protection.of(List.of(sealB), List.of()));
    Nodes.awaitActive(byB);
    byB.configure(Protection.of(List.of(), List.of(sealB)));
    migrate(byB, shares);
    unseal(nodes.restart(Protection.byShares()), shares);
  }

  @Test
  void aDryRunSaysWhatEachSealAnswersAndChangesNothing() {
    init(Protection.byShares());
    Node node = last;
    assertThatThrownBy(() -> node.sealMigration().dryRun())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("SIGHUP");
    byte[] before = record();
    hsmA.makeKey();
    node.configure(Protection.of(List.of(sealA, sealB), List.of()));
    hsmB.pull();

    List<SealMigration.Proof> proofs = node.sealMigration().dryRun().proofs();
    assertThat(proofs).extracting(SealMigration.Proof::seal).containsExactly("a", "b");
    assertThat(proofs).extracting(SealMigration.Proof::good).containsExactly(true, false);
    assertThat(proofs.get(1).message()).contains("not in its slot");
    assertThat(record()).isEqualTo(before);
    assertThat(node.status().type()).isEqualTo("shamir");
  }

  @Test
  void aSealThatIsLeftMayBeLostAsLongAsAnotherOneKnowsTheRecoveryKey() {
    List<KeyShare> shares = init(Protection.of(List.of(sealA, sealB), List.of()));
    last.configure(Protection.of(List.of(), List.of(sealA, sealB)));
    hsmA.pull();
    SealMigration.Trial trial = last.sealMigration().dryRun();
    assertThat(trial.proofs()).extracting(SealMigration.Proof::good).containsExactly(false, true);
    assertThat(trial.possible()).isTrue();
    hsmB.pull();
    assertThat(last.sealMigration().dryRun().possible()).isFalse();
    assertThatThrownBy(() -> migrate(last, shares))
        .hasMessageContaining("the key shares cannot be checked")
        .hasMessageContaining("seal \"a\"");
    hsmB.putBack();

    migrate(last, shares);
    assertThat(current(last)).containsExactly("root shamir");
  }

  @Test
  void oneTargetOfSeveralThatFailsMovesNothing() {
    List<KeyShare> shares = init(Protection.byShares());
    byte[] before = record();
    last.configure(Protection.of(List.of(sealA, sealB), List.of()));
    hsmB.pull();

    assertThatThrownBy(() -> migrate(last, shares)).hasMessageContaining("not in its slot");
    assertThat(record()).isEqualTo(before);
    assertThat(last.status().type()).isEqualTo("shamir");
    hsmB.putBack();
    migrate(last, shares);
    assertThat(current(last)).containsExactly("root a", "root b", "recovery a", "recovery b");
  }

  @Test
  void aWrongQuorumMovesNothing() {
    List<KeyShare> shares = init(Protection.byShares());
    byte[] before = record();
    last.configure(bySeal());
    last.sealMigration().update(Optional.of(Nodes.share(shares.get(0))));

    byte[] wrong = shares.get(1).content().clone();
    wrong[0] ^= 1;
    assertThatThrownBy(
            () -> last.sealMigration().update(Optional.of(Nodes.share(new KeyShare(wrong)))))
        .hasMessageContaining("not the right ones");
    assertThatThrownBy(() -> last.sealMigration().update(Optional.empty()))
        .hasMessageContaining("2 key shares");
    assertThat(record()).isEqualTo(before);
    assertThat(last.sealMigration().status().progress()).isZero();
  }

  @Test
  void rollbackReturnsToKeySharesWithoutThem() {
    List<KeyShare> shares = init(Protection.byShares());
    last.configure(bySeal());
    assertThatThrownBy(() -> last.sealMigration().rollback())
        .hasMessageContaining("no copy is kept");
    migrate(last, shares);

    assertThat(last.sealMigration().rollback().from().type()).isEqualTo("shamir");
    assertThat(current(last)).containsExactly("root shamir");
    assertThat(last.sealMigration().status().to()).isPresent();
    unseal(nodes.restart(Protection.byShares()), shares);
  }

  @Test
  void rollbackReturnsToTheSealAfterARestart() {
    List<KeyShare> shares = init(bySeal());
    last.configure(sharesWithDisabledSeal());
    migrate(last, shares);
    Node again = nodes.restart(sharesWithDisabledSeal());
    unseal(again, shares);

    assertThat(again.sealMigration().rollback().from().type()).isEqualTo("pkcs11");
    Nodes.awaitActive(nodes.restart(bySeal()));
  }

  @Test
  void rollbackReturnsToTheOtherHsm() {
    List<KeyShare> shares = init(bySeal());
    hsmB.makeKey();
    last.configure(bySealB());
    migrate(last, shares);

    last.sealMigration().rollback();
    assertThat(current(last)).containsExactly("root a", "recovery a");
    Nodes.awaitActive(nodes.restart(bySeal()));
  }

  @Test
  void rollbackWhoseCopyNoLongerFitsIsRefused() {
    List<KeyShare> shares = init(bySeal());
    hsmB.makeKey();
    last.configure(bySealB());
    migrate(last, shares);
    last.barrierRekey().rotateRootKey();
    assertThatThrownBy(() -> last.sealMigration().rollback()).hasMessageContaining("not rolled");
    hsmA.pull();
    assertThatThrownBy(() -> last.sealMigration().rollback()).hasMessageContaining("not rolled");
    assertThat(current(last)).containsExactly("root b", "recovery b");
  }

  @Test
  void rekeysThatWereBegunForTheHoldersBeforeAreForgotten() {
    List<KeyShare> shares = init(Protection.byShares());
    last.barrierRekey().start(new RekeyRequest(1, 1, List.of(), false, false));
    last.configure(bySeal());
    migrate(last, shares);

    assertThat(last.barrierRekey().status().started()).isFalse();
  }

  @Test
  void aRotationGoesOnFromWhereTheMoveEnded() {
    List<KeyShare> shares = init(Protection.byShares());
    last.configure(bySeal());
    migrate(last, shares);
    last.sealRotation().rotate("a", new SealKey("", "02"), true);

    Nodes.awaitActive(nodes.restart(bySeal()));
  }

  @Test
  void withoutRecoveryKeysItMovesBetweenSealsOnly() {
    last = nodes.start(bySeal());
    Nodes.awaitUninitialized(last);
    last.init(Nodes.initRecovery(0, 0));
    Nodes.awaitActive(last);
    last.configure(sharesWithDisabledSeal());
    assertThatThrownBy(() -> last.sealMigration().update(Optional.empty()))
        .hasMessageContaining("no recovery keys");
    hsmB.makeKey();
    last.configure(bySealB());
    last.sealMigration().update(Optional.empty());
    assertThat(current(last)).containsExactly("root b");
  }

  @Test
  void killedAtAnyCallToAnHsmItIsDoneOrWasNeverBegun() {
    boolean done = false;
    int killed = 0;
    for (int call = 0; call < HSM_CALLS_MAX && !done; call++) {
      startAnew();
      List<KeyShare> shares = init(bySeal());
      hsmB.makeKey();
      last.configure(bySealB());
      hsmA.failAfter(call, new Killed());
      hsmB.failAfter(call, new Killed());
      done = migrates(last, shares);
      hsmA.failAfter(10 * HSM_CALLS_MAX, new Killed());
      hsmB.failAfter(10 * HSM_CALLS_MAX, new Killed());
      killed += done ? 0 : 1;
      Node again = nodes.restart(bySealB());
      Nodes.awaitActive(again);
      Nodes.await("b wraps", () -> current(again).contains("root b"));
    }
    assertThat(done).isTrue();
    assertThat(killed).isGreaterThan(3);
  }

  @Test
  void fromKeySharesKilledAtAnyCallToTheHsmItIsDoneOrWasNeverBegun() {
    killAtEachCall(Protection::byShares, this::bySeal);
  }

  @Test
  void toKeySharesKilledAtAnyCallToTheHsmItIsDoneOrWasNeverBegun() {
    killAtEachCall(this::bySeal, this::sharesWithDisabledSeal);
  }

  @Test
  void toASealBesideSharesKilledAtAnyCallToTheHsmItIsDoneOrWasNeverBegun() {
    killAtEachCall(Protection::byShares, this::bySealAndShares);
    killAtEachCall(this::bySeal, this::bySealAndShares);
  }

  @Test
  void fromASealBesideSharesKilledAtAnyCallToTheHsmItIsDoneOrWasNeverBegun() {
    killAtEachCall(this::bySealAndShares, this::bySeal);
    killAtEachCall(this::bySealAndShares, this::sharesWithDisabledSealOfBoth);
  }

  /** Between key shares, seal A, and both together, on a node that serves. */
  private void killAtEachCall(Supplier<Protection> before, Supplier<Protection> target) {
    boolean done = false;
    int killed = 0;
    for (int call = 0; call < HSM_CALLS_MAX && !done; call++) {
      startAnew();
      List<KeyShare> shares = init(before.get());
      last.configure(target.get());
      byte[] record = record();
      hsmA.failAfter(call, new Killed());
      done = migrates(last, shares);
      hsmA.failAfter(10 * HSM_CALLS_MAX, new Killed());
      if (!done) {
        killed++;
        assertThat(record()).as("killed at call %d", call).isEqualTo(record);
        open(nodes.restart(before.get()), shares);
        last.configure(target.get());
        migrate(last, shares);
      }
      open(nodes.restart(target.get()), shares);
    }
    assertThat(done).isTrue();
    assertThat(killed).isPositive();
  }

  private void open(Node node, List<KeyShare> shares) {
    last = node;
    if (node.status().recoverySeal()) {
      Nodes.awaitActive(node);
    } else {
      unseal(node, shares);
    }
  }

  private static boolean migrates(Node node, List<KeyShare> shares) {
    try {
      return migrate(node, shares).to().isEmpty();
    } catch (Killed e) {
      return false;
    }
  }

  @Test
  void aCommitThatFailsMovesNothingAndOneOfUnknownOutcomeIsLookedUp() {
    List<KeyShare> shares = init(Protection.byShares());
    last.configure(bySeal());
    nodes.storage.failNextCommit(new StorageFault.Unavailable("no quorum", null));
    assertThatThrownBy(() -> migrate(last, shares)).hasMessageContaining("no quorum");
    assertThat(last.status().type()).isEqualTo("shamir");

    nodes.storage.failNextCommit(new StorageFault.OutcomeUnknown("cut off", null));
    assertThat(migrate(last, shares).to()).isEmpty();
    Nodes.awaitActive(nodes.restart(bySeal()));
  }
}
