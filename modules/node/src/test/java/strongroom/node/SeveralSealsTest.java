package strongroom.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.RefusedException;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;

/** Several seals side by side, each on an HSM of its own. */
class SeveralSealsTest {
  private final Nodes nodes = new Nodes();
  private final FakeHsm hsmA = new FakeHsm(Nodes.PIN);
  private final FakeHsm hsmB = new FakeHsm(Nodes.PIN);
  private final CountDownLatch hanging = new CountDownLatch(1);

  @AfterEach
  void close() {
    hanging.countDown();
    nodes.close();
  }

  private Seal sealA() {
    return FakeSeal.named("a", hsmA);
  }

  private Seal sealB() {
    return FakeSeal.named("b", hsmB);
  }

  private Protection both() {
    return by(sealA(), sealB());
  }

  private static Protection by(Seal... enabled) {
    return new Protection.ByItself(List.of(enabled), List.of());
  }

  private List<KeyShare> init(Protection protection) {
    Node node = nodes.start(protection);
    Nodes.awaitUninitialized(node);
    List<KeyShare> shares = node.init(Nodes.initRecovery(2, 2)).recoveryKeys();
    Nodes.awaitActive(node);
    return shares;
  }

  private static void awaitFullyWrapped(Node node) {
    Nodes.await("fully wrapped", () -> node.seals().stream().allMatch(SealView::wrapped));
  }

  @Test
  void initializationWrapsByEachSeal() {
    init(both());
    Node node = nodes.restart(both());
    Nodes.awaitActive(node);

    assertThat(node.sealCopies().stream().filter(SealCopy::current))
        .extracting(copy -> copy.key() + " " + copy.number() + " " + copy.sealName())
        .containsExactly("root 1 a", "root 1 b", "recovery 1 a", "recovery 1 b");
    assertThat(node.sealCopies()).allMatch(copy -> copy.sha256().matches("[0-9a-f]{64}"));
    assertThat(node.status().type()).isEqualTo("multiseal");
  }

  @Test
  void initializationNamesTheSealThatFailsAndWritesNothing() {
    Node node = nodes.start(both());
    Nodes.awaitUninitialized(node);
    hsmB.pull();

    assertThatThrownBy(() -> node.init(Nodes.initRecovery(2, 2)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("not in its slot");
    assertThat(nodes.storage.list("", "", 1).names()).isEmpty();
    hsmB.putBack();
    node.init(Nodes.initRecovery(2, 2));
  }

  @Test
  void eitherHsmAloneUnseals() {
    init(both());
    hsmA.pull();
    Nodes.awaitActive(nodes.restart(both()));
    hsmA.putBack();
    hsmB.pull();
    Nodes.awaitActive(nodes.restart(both()));
  }

  @Test
  void aSealThatHangsHoldsUpNobodyWhoHasAnother() {
    init(both());
    hsmA.onNextCall(this::hang);

    Nodes.awaitActive(nodes.restart(both()));
  }

  private void hang() {
    try {
      hanging.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void withAllAwayTheReasonsOfAllAreTold() {
    init(both());
    hsmA.pull();
    hsmB.removeKey();
    Node node = nodes.restart(both());
    Nodes.awaitObstacle(node, Obstacle.Kind.SEAL_UNREACHABLE);

    assertThat(node.status().obstacle().orElseThrow().message())
        .contains("seal \"a\": the token is not in its slot")
        .contains("seal \"b\": the token has no key");
    hsmA.putBack();
    Nodes.awaitActive(node);
  }

  @Test
  void anAddedSealGetsItsCopyAndThenUnsealsAlone() {
    init(by(sealA()));
    hsmB.makeKey();
    Node node = nodes.restart(both());
    Nodes.awaitActive(node);
    awaitFullyWrapped(node);

    hsmA.pull();
    Node alone = nodes.restart(by(sealB()));
    Nodes.awaitActive(alone);
    assertThat(alone.sealCopies())
        .filteredOn(copy -> copy.sealName().equals("a"))
        .isNotEmpty()
        .allMatch(copy -> copy.configured().equals(Optional.of(false)));
  }

  @Test
  void aSealThatWasAwayWhileTheRootKeyWasReplacedGetsItsCopyOnceItIsBack() {
    init(both());
    Node node = nodes.restart(both());
    Nodes.awaitActive(node);
    hsmB.pull();
    node.barrierRekey().rotateRootKey();

    assertThat(node.seals()).extracting(SealView::wrapped).containsExactly(true, false);
    hsmB.putBack();
    node.reload();
    awaitFullyWrapped(node);
    hsmA.pull();
    Nodes.awaitActive(nodes.restart(both()));
  }

  @Test
  void aDisabledSealUnwrapsAndWrapsNothing() {
    init(by(sealA()));
    hsmB.makeKey();
    Node node = nodes.restart(new Protection.ByItself(List.of(sealB()), List.of(sealA())));
    Nodes.awaitActive(node);
    awaitFullyWrapped(node);
    node.barrierRekey().rotateRootKey();

    assertThat(node.sealCopies().stream().filter(SealCopy::current))
        .extracting(copy -> copy.key() + " " + copy.sealName())
        .contains("root b", "recovery b")
        .doesNotContain("root a");
    assertThat(node.seals()).extracting(SealView::disabled).containsExactly(false, true);
    Nodes.awaitActive(nodes.restart(by(sealB())));
  }

  @Test
  void aSealThatIsCalledOtherwiseStillUnseals() {
    init(by(sealA()));
    Node node = nodes.restart(by(FakeSeal.named("renamed", hsmA), sealB()));

    Nodes.awaitActive(node);
  }

  @Test
  void recoveryKeysCountWhicheverHsmIsThere() {
    List<KeyShare> shares = init(both());
    Node node = nodes.restart(both());
    Nodes.awaitActive(node);
    hsmA.pull();
    String nonce = node.rootGeneration().start("", "").nonce();
    node.rootGeneration().update(Nodes.share(shares.get(0)), nonce);

    assertThat(node.rootGeneration().update(Nodes.share(shares.get(1)), nonce).complete()).isTrue();
  }

  @Test
  void ofSeveralFaultsTheOneThatMayPassDecides() {
    assertThatThrownBy(
            () ->
                SealRace.first(
                    List.of(sealA(), sealB()),
                    seal -> {
                      throw seal.name().equals("a")
                          ? new SealFault.Pin("refused", null)
                          : new SealFault.Away("gone", null);
                    },
                    _ -> {}))
        .isInstanceOf(SealFault.Away.class)
        .hasMessageContaining("seal \"a\": refused")
        .hasMessageContaining("seal \"b\": gone");
  }
}
