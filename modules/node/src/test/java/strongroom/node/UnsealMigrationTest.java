package strongroom.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.RefusedException;
import strongroom.seal.Seal;
import strongroom.storage.StorageFault;

/** A node that starts with another kind of seal than the one that protects its root key. */
class UnsealMigrationTest {
  /** More than any migration makes, so that the loops below reach its end. */
  private static final int HSM_CALLS_MAX = 60;

  private Nodes nodes = new Nodes();
  private FakeHsm hsm = new FakeHsm(Nodes.PIN);

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
    hsm = new FakeHsm(Nodes.PIN);
  }

  private Seal seal() {
    return FakeSeal.named("a", hsm);
  }

  private Protection bySeal() {
    return Protection.by(seal());
  }

  private Protection sharesWithDisabledSeal() {
    return Protection.of(List.of(), List.of(seal()));
  }

  private Protection bySealAndShares() {
    return Protection.by(FakeSeal.besideShares("a", hsm));
  }

  private Protection sharesWithDisabledSealOfBoth() {
    return Protection.of(List.of(), List.of(FakeSeal.besideShares("a", hsm)));
  }

  /** An installation by key shares, three of which two unseal. */
  private List<KeyShare> initShares() {
    Node node = nodes.start(Protection.byShares());
    Nodes.awaitUninitialized(node);
    List<KeyShare> shares = node.init(Nodes.initShares(3, 2)).keys();
    give(node, shares, false);
    return shares;
  }

  private List<KeyShare> initSeal() {
    Node node = nodes.start(bySeal());
    Nodes.awaitUninitialized(node);
    List<KeyShare> shares = node.init(Nodes.initRecovery(3, 2)).recoveryKeys();
    Nodes.awaitActive(node);
    return shares;
  }

  private List<KeyShare> initSealAndShares() {
    Node node = nodes.start(bySealAndShares());
    Nodes.awaitUninitialized(node);
    List<KeyShare> shares = node.init(Nodes.initShares(3, 2)).keys();
    Nodes.awaitObstacle(node, Obstacle.Kind.NEEDS_KEY_SHARES);
    give(node, shares, false);
    return shares;
  }

  private static NodeStatus give(Node node, List<KeyShare> shares, boolean migrate) {
    node.unseal(Nodes.share(shares.get(2)), migrate);
    return node.unseal(Nodes.share(shares.get(0)), migrate);
  }

  private Node awaitMigration(Protection protection) {
    Node node = nodes.restart(protection);
    Nodes.awaitObstacle(node, Obstacle.Kind.SEAL_MIGRATION);
    return node;
  }

  private static List<String> current(Node node) {
    return node.sealCopies().stream()
        .filter(SealCopy::current)
        .map(copy -> copy.key() + " " + copy.sealType())
        .toList();
  }

  private static void requireQuorum(Node node, List<KeyShare> shares) {
    String nonce = node.rootGeneration().start("", "").nonce();
    node.rootGeneration().update(Nodes.share(shares.get(0)), nonce);
    assertThat(node.rootGeneration().update(Nodes.share(shares.get(1)), nonce).complete()).isTrue();
  }

  @Test
  void keySharesBecomeRecoverySharesAndTheSealUnsealsFromThenOn() {
    List<KeyShare> shares = initShares();
    Node node = awaitMigration(bySeal());
    NodeStatus waiting = node.status();
    assertThat(waiting.migration()).isTrue();
    assertThat(waiting.type()).isEqualTo("pkcs11");
    assertThat(waiting.recoverySeal()).isTrue();
    assertThat(waiting.threshold()).isEqualTo(2);
    assertThat(waiting.shares()).isEqualTo(3);

    NodeStatus done = give(node, shares, true);
    assertThat(done.sealed()).isFalse();
    assertThat(done.migration()).isFalse();
    assertThat(current(node)).containsExactly("root pkcs11", "recovery pkcs11");
    Node again = nodes.restart(bySeal());
    Nodes.awaitActive(again);
    requireQuorum(again, shares);
  }

  @Test
  void recoverySharesBecomeUnsealSharesAndTheHsmIsNoLongerNeeded() {
    List<KeyShare> shares = initSeal();
    Node node = awaitMigration(sharesWithDisabledSeal());
    assertThat(node.status().type()).isEqualTo("shamir");
    assertThat(node.status().recoverySeal()).isFalse();
    assertThat(node.status().threshold()).isEqualTo(2);

    assertThat(give(node, shares, true).sealed()).isFalse();
    assertThat(current(node)).containsExactly("root shamir");
    hsm.pull();
    Node again = nodes.restart(Protection.byShares());
    Nodes.awaitObstacle(again, Obstacle.Kind.NEEDS_KEY_SHARES);
    assertThat(give(again, shares, false).sealed()).isFalse();
    requireQuorum(again, shares);
  }

  @Test
  void goesToTheSealWithKeySharesAndBack() {
    List<KeyShare> shares = initShares();
    give(awaitMigration(bySealAndShares()), shares, true);
    Node both = nodes.restart(bySealAndShares());
    Nodes.awaitObstacle(both, Obstacle.Kind.NEEDS_KEY_SHARES);
    assertThat(give(both, shares, false).sealed()).isFalse();
    Node alone = awaitMigration(bySeal());
    assertThat(give(alone, shares, true).sealed()).isFalse();
    Nodes.awaitActive(nodes.restart(bySeal()));
  }

  @Test
  void sharesWithoutMigrateAreRefusedWhileItWaits() {
    List<KeyShare> shares = initShares();
    Node node = awaitMigration(bySeal());

    assertThatThrownBy(() -> node.unseal(Nodes.share(shares.get(0))))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("migrate option not provided and seal migration is pending")
        .hasMessageContaining("2 unseal keys")
        .hasMessageContaining("operator unseal -migrate");
    assertThat(node.status().progress()).isZero();
  }

  @Test
  void sharesWithMigrateAreRefusedWhereThereIsNothingToMigrate() {
    List<KeyShare> shares = initShares();
    Node node = nodes.restart(Protection.byShares());
    Nodes.awaitObstacle(node, Obstacle.Kind.NEEDS_KEY_SHARES);

    assertThatThrownBy(() -> node.unseal(Nodes.share(shares.get(0)), true))
        .hasMessageContaining("no migration seal found");
  }

  @Test
  void wrongSharesMoveNothing() {
    List<KeyShare> shares = initShares();
    List<KeyShare> wrong = otherShares();
    Node node = awaitMigration(bySeal());
    byte[] before = nodes.storage.get(SealRecords.PATH).orElseThrow();

    assertThatThrownBy(() -> give(node, wrong, true))
        .hasMessageContaining("key shares are not the right ones");
    assertThat(nodes.storage.get(SealRecords.PATH).orElseThrow()).isEqualTo(before);
    assertThat(node.status().migration()).isTrue();
    assertThat(give(node, shares, true).sealed()).isFalse();
  }

  @Test
  void aDisabledSealThatIsAwayIsNamedAsTheOneThatIsNeeded() {
    List<KeyShare> shares = initSeal();
    Node node = awaitMigration(sharesWithDisabledSeal());
    hsm.pull();
    assertThatThrownBy(() -> give(node, shares, true))
        .hasMessageContaining("seal migration failed, all is as before")
        .hasMessageContaining("pkcs11 \"a\", which the root key is to leave")
        .hasMessageContaining("not in its slot");
    assertThat(node.status().migration()).isTrue();
    hsm.putBack();
    assertThat(give(node, shares, true).sealed()).isFalse();
  }

  @Test
  void aDisabledSealThatIsAwayIsToldApartFromTheNewOneThatWrappedNothing() {
    initSeal();
    FakeHsm other = new FakeHsm(Nodes.PIN);
    other.makeKey();
    hsm.pull();
    Protection toOther =
        Protection.of(List.of(FakeSeal.named("b", other)), List.of(FakeSeal.named("a", hsm)));
    Node node = nodes.restart(toOther);
    Nodes.awaitObstacle(node, Obstacle.Kind.SEAL_UNREACHABLE);
    assertThat(node.status().obstacle().orElseThrow().message())
        .contains("seal \"a\": ")
        .contains("not in its slot")
        .contains("seal \"b\": it has not wrapped the root key");
  }

  @Test
  void wrongRecoverySharesMoveNothing() {
    List<KeyShare> shares = initSeal();
    List<KeyShare> wrong = otherShares();
    Node node = awaitMigration(sharesWithDisabledSeal());

    assertThatThrownBy(() -> give(node, wrong, true))
        .hasMessageContaining("key shares are not the right ones");
    assertThat(give(node, shares, true).sealed()).isFalse();
  }

  private static List<KeyShare> otherShares() {
    try (Nodes others = new Nodes()) {
      Node other = others.start(Protection.byShares());
      Nodes.awaitUninitialized(other);
      return other.init(Nodes.initShares(3, 2)).keys();
    }
  }

  @Test
  void aTargetThatIsAwayOrVanishesMovesNothing() {
    List<KeyShare> shares = initShares();
    Node node = awaitMigration(bySeal());
    hsm.pull();
    assertThatThrownBy(() -> give(node, shares, true)).hasMessageContaining("not in its slot");
    hsm.putBack();
    hsm.onNextCall(() -> {});
    hsm.onNextCall(() -> {});
    hsm.onNextCall(() -> {});
    hsm.onNextCall(hsm::pull);
    assertThatThrownBy(() -> give(node, shares, true)).hasMessageContaining("not in its slot");

    Node back = nodes.restart(Protection.byShares());
    Nodes.awaitObstacle(back, Obstacle.Kind.NEEDS_KEY_SHARES);
    assertThat(give(back, shares, false).sealed()).isFalse();
  }

  @Test
  void aSealThatIsGoneFromTheConfigurationIsAskedFor() {
    initSeal();
    Node node = awaitMigration(Protection.byShares());

    assertThat(node.status().obstacle().orElseThrow().message())
        .contains("pkcs11 \"a\"")
        .contains("disabled = \"true\"");
    assertThatThrownBy(() -> node.unseal(Nodes.share(otherShares().getFirst()), true))
        .hasMessageContaining("put its stanza back");
  }

  @Test
  void withoutRecoveryKeysThereIsNothingToBecomeUnsealKeys() {
    Node first = nodes.start(bySeal());
    Nodes.awaitUninitialized(first);
    first.init(Nodes.initRecovery(0, 0));
    Nodes.awaitActive(first);
    Node node = awaitMigration(sharesWithDisabledSeal());

    assertThatThrownBy(() -> node.unseal(Nodes.share(otherShares().getFirst()), true))
        .hasMessageContaining("no recovery keys");
    Nodes.awaitActive(nodes.restart(bySeal()));
  }

  @Test
  void anHsmThatIsLostAfterTheMoveIsLeftByTheCopyThatTheSharesOpen() {
    List<KeyShare> shares = initShares();
    give(awaitMigration(bySeal()), shares, true);
    hsm.pull();

    Node node = awaitMigration(Protection.byShares());
    assertThatThrownBy(() -> give(node, otherShares(), true))
        .hasMessageContaining("key shares are not the right ones");
    assertThat(give(node, shares, true).sealed()).isFalse();
    assertThat(current(node)).containsExactly("root shamir");
  }

  @Test
  void replacedRecoveryKeysLeaveNothingThatTheSharesBeforeOpen() {
    List<KeyShare> shares = initShares();
    Node node = awaitMigration(bySeal());
    give(node, shares, true);
    String nonce =
        node.recoveryRekey().start(new RekeyRequest(1, 1, List.of(), false, false)).nonce();
    node.recoveryRekey().update(Nodes.share(shares.get(0)), nonce);
    node.recoveryRekey().update(Nodes.share(shares.get(1)), nonce);

    assertThat(node.sealCopies()).noneMatch(copy -> copy.sealType().equals("shamir"));
    Node back = awaitMigration(sharesWithDisabledSeal());
    assertThat(back.status().threshold()).isEqualTo(1);
    assertThatThrownBy(() -> back.unseal(Nodes.share(shares.get(0)), true))
        .hasMessageContaining("key shares are not the right ones");
  }

  @Test
  void aConfigurationThatIsPutRightWhileSealedNeedsNoRestart() {
    initSeal();
    Node node = awaitMigration(Protection.byShares());
    node.configure(bySeal());
    node.reload();

    Nodes.awaitActive(node);
  }

  @Test
  void toTheSealKilledAtAnyCallToTheHsmItIsDoneOrWasNeverBegun() {
    killAtEachCall(this::initShares, this::bySeal, Protection::byShares);
  }

  @Test
  void fromTheSealKilledAtAnyCallToTheHsmItIsDoneOrWasNeverBegun() {
    killAtEachCall(this::initSeal, this::sharesWithDisabledSeal, this::bySeal);
  }

  @Test
  void toTheSealBesideSharesKilledAtAnyCallToTheHsmItIsDoneOrWasNeverBegun() {
    killAtEachCall(this::initShares, this::bySealAndShares, Protection::byShares);
  }

  @Test
  void fromTheSealBesideSharesToSharesKilledAtAnyCallItIsDoneOrWasNeverBegun() {
    killAtEachCall(
        this::initSealAndShares, this::sharesWithDisabledSealOfBoth, this::bySealAndShares);
  }

  @Test
  void fromTheSealBesideSharesToTheSealAloneKilledAtAnyCallItIsDoneOrWasNeverBegun() {
    killAtEachCall(this::initSealAndShares, this::bySeal, this::bySealAndShares);
  }

  @Test
  void fromTheSealAloneToOneBesideSharesKilledAtAnyCallItIsDoneOrWasNeverBegun() {
    killAtEachCall(this::initSeal, this::bySealAndShares, this::bySeal);
  }

  private void killAtEachCall(
      Supplier<List<KeyShare>> init, Supplier<Protection> target, Supplier<Protection> before) {
    int killed = 0;
    for (int call = 0; call < HSM_CALLS_MAX; call++) {
      startAnew();
      List<KeyShare> shares = init.get();
      hsm.failAfter(HSM_CALLS_MAX, new Killed());
      Node node = awaitMigration(target.get());
      hsm.failAfter(call, new Killed());
      boolean done = migrates(node, shares);
      hsm.failAfter(10 * HSM_CALLS_MAX, new Killed());
      if (done) {
        open(nodes.restart(target.get()), target.get(), shares);
        break;
      }
      killed++;
      open(nodes.restart(before.get()), before.get(), shares);
      assertThat(give(awaitMigration(target.get()), shares, true).sealed())
          .as("killed at %d", call)
          .isFalse();
    }
    assertThat(killed).isBetween(1, HSM_CALLS_MAX - 1);
  }

  private static void open(Node node, Protection by, List<KeyShare> shares) {
    if (by.takesShares()) {
      Nodes.awaitObstacle(node, Obstacle.Kind.NEEDS_KEY_SHARES);
      assertThat(give(node, shares, false).sealed()).isFalse();
    } else {
      Nodes.awaitActive(node);
    }
  }

  private static boolean migrates(Node node, List<KeyShare> shares) {
    try {
      return !give(node, shares, true).sealed();
    } catch (RuntimeException e) {
      return false;
    }
  }

  @Test
  void aCommitThatFailsOrWhoseOutcomeIsUnknownIsLookedUp() {
    List<KeyShare> shares = initShares();
    Node node = awaitMigration(bySeal());
    nodes.storage.failNextCommit(new StorageFault.Unavailable("no quorum", null));
    assertThatThrownBy(() -> give(node, shares, true)).hasMessageContaining("no quorum");
    Nodes.awaitObstacle(node, Obstacle.Kind.SEAL_MIGRATION);

    nodes.storage.failNextCommit(new StorageFault.OutcomeUnknown("cut off", null));
    assertThat(give(node, shares, true).sealed()).isFalse();
    Nodes.awaitActive(nodes.restart(bySeal()));
  }
}
