package strongroom.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.seal.Seal;
import strongroom.seal.SealKey;

/** What else happens to a node while it moves its root key to other seals. */
class SealMigrationRacesTest {
  private final Nodes nodes = new Nodes();
  private final FakeHsm hsmA = new FakeHsm(Nodes.PIN);
  private final FakeHsm hsmB = new FakeHsm(Nodes.PIN);
  private final Seal sealA = FakeSeal.named("a", hsmA);
  private final Seal sealB = FakeSeal.named("b", hsmB);
  private final Protection toB = Protection.of(List.of(sealB), List.of(sealA));

  @AfterEach
  void close() {
    nodes.close();
  }

  private Node startByA(int recoveryShares) {
    Node node = nodes.start(Protection.by(sealA));
    Nodes.awaitUninitialized(node);
    shares = node.init(Nodes.initRecovery(recoveryShares, recoveryShares)).recoveryKeys();
    Nodes.awaitActive(node);
    hsmB.makeKey();
    return node;
  }

  private List<KeyShare> shares = List.of();

  private SealMigration.Status give(Node node, int share) {
    return node.sealMigration().update(Optional.of(Nodes.share(shares.get(share))));
  }

  private static List<String> current(Node node) {
    return node.sealCopies().stream()
        .filter(SealCopy::current)
        .map(copy -> copy.key() + " " + copy.sealName())
        .toList();
  }

  @Test
  void aConfigurationThatIsReadMeanwhileIsNotOverrun() {
    Node node = startByA(1);
    node.configure(toB);
    Protection toShares = Protection.of(List.of(), List.of(sealA));
    hsmB.onNextCall(() -> node.configure(toShares));

    assertThatThrownBy(() -> give(node, 0)).hasMessageContaining("another configuration was read");
    assertThat(current(node)).containsExactly("root a", "recovery a");
    assertThat(node.sealMigration().status().to().orElseThrow().type()).isEqualTo("shamir");
    give(node, 0);
    assertThat(current(node)).containsExactly("root shamir");
  }

  @Test
  void aRootKeyThatIsReplacedMeanwhileIsNotOverrun() {
    Node node = startByA(1);
    node.configure(toB);
    hsmB.onNextCall(() -> node.barrierRekey().rotateRootKey());

    assertThatThrownBy(() -> give(node, 0)).hasMessageContaining("a key was replaced meanwhile");
    assertThat(node.status().type()).isEqualTo("pkcs11");
    Nodes.awaitActive(nodes.restart(Protection.by(sealA)));
  }

  @Test
  void aRotationOfTheSealThatIsLeftWaitsAndIsRefused() throws InterruptedException {
    Node node = startByA(1);
    node.configure(toB);
    AtomicReference<Optional<Throwable>> refused = new AtomicReference<>(Optional.empty());
    Thread rotation =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  try {
                    node.sealRotation().rotate("a", new SealKey("", "02"), true);
                  } catch (RuntimeException e) {
                    refused.set(Optional.of(e));
                  }
                });
    hsmB.onNextCall(
        () -> {
          rotation.start();
          Nodes.await("it waits", () -> rotation.getState() == Thread.State.WAITING);
        });

    give(node, 0);
    rotation.join();
    assertThat(refused.get().orElseThrow()).hasMessageContaining("name one of the seals");
    assertThat(current(node)).containsExactly("root b", "recovery b");
    assertThat(hsmA.hasKey("02")).isFalse();
  }

  @Test
  void aSecondMigrationBegunMeanwhileWaitsAndFindsNothingToDo() throws InterruptedException {
    Node node = startByA(1);
    node.configure(toB);
    AtomicReference<Optional<Throwable>> refused = new AtomicReference<>(Optional.empty());
    Thread second =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  try {
                    give(node, 0);
                  } catch (RuntimeException e) {
                    refused.set(Optional.of(e));
                  }
                });
    hsmB.onNextCall(
        () -> {
          second.start();
          Nodes.await("it waits", () -> second.getState() == Thread.State.WAITING);
        });

    give(node, 0);
    second.join();
    assertThat(refused.get().orElseThrow()).hasMessageContaining("asks for no other seal");
    assertThat(current(node)).containsExactly("root b", "recovery b");
  }

  @Test
  void sealingForgetsTheSharesGiven() {
    Node node = nodes.start(Protection.byShares());
    Nodes.awaitUninitialized(node);
    shares = node.init(Nodes.initShares(2, 2)).keys();
    unseal(node);
    node.configure(Protection.by(sealA));
    assertThat(give(node, 0).progress()).isEqualTo(1);

    node.seal();
    unseal(node);
    assertThat(node.sealMigration().status().progress()).isZero();
  }

  private void unseal(Node node) {
    node.unseal(Nodes.share(shares.get(0)));
    assertThat(node.unseal(Nodes.share(shares.get(1))).sealed()).isFalse();
  }

  @Test
  void rollbackBetweenSealsNeedsNoRecoveryKeys() {
    Node node = startByA(0);
    node.configure(toB);
    node.sealMigration().update(Optional.empty());
    assertThat(current(node)).containsExactly("root b");

    node.sealMigration().rollback();
    assertThat(current(node)).containsExactly("root a");
    Nodes.awaitActive(nodes.restart(Protection.by(sealA)));
  }

  @Test
  void rollbackReturnsToASealThatTakesKeySharesAsWell() {
    Protection both = nodes.byHsmAndShares();
    Node node = nodes.start(both);
    Nodes.awaitUninitialized(node);
    shares = node.init(Nodes.initShares(2, 2)).keys();
    unseal(node);
    node.configure(Protection.by(sealA));
    give(node, 0);
    give(node, 1);
    assertThat(current(node)).containsExactly("root a", "recovery a");

    node.sealMigration().rollback();
    hsmA.pull();
    Node again = nodes.restart(both);
    Nodes.awaitObstacle(again, Obstacle.Kind.NEEDS_KEY_SHARES);
    unseal(again);
  }
}
