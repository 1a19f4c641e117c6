package strongroom.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import strongroom.logical.RefusedException;
import strongroom.seal.SealKey;

/** A seal moves to another key of its HSM while the node serves. */
class SealRotationTest {
  private static final SealKey NEW = new SealKey("", "02");

  /** More than any rotation makes, so that the loops below reach its end. */
  private static final int HSM_CALLS_MAX = 40;

  /** As if the process had been killed there: nothing after it is done. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static Node started(Nodes nodes, FakeHsm hsm) {
    Node node = nodes.start(by(hsm));
    Nodes.awaitUninitialized(node);
    node.init(Nodes.initRecovery(1, 1));
    Nodes.awaitActive(node);
    return node;
  }

  private static Protection by(FakeHsm hsm) {
    return Protection.by(FakeSeal.named("a", hsm));
  }

  private static List<String> current(Node node) {
    return node.sealCopies().stream()
        .filter(SealCopy::current)
        .map(copy -> copy.key() + " " + copy.details().get("key_id"))
        .toList();
  }

  @Test
  void goesOnWithTheNewKeyAfterARestartAndKeepsTheOldCopies() {
    FakeHsm hsm = new FakeHsm(Nodes.PIN);
    try (Nodes nodes = new Nodes()) {
      Node node = started(nodes, hsm);
      assertThat(node.sealRotation().rotate("", NEW, true)).isEqualTo(new SealKey("test", "02"));
      assertThat(current(node)).containsExactly("root 02", "recovery 02");

      Node again = nodes.restart(by(hsm));
      Nodes.awaitActive(again);
      again.barrierRekey().rotateRootKey();
      assertThat(current(again)).containsExactly("root 02", "recovery 02");
      assertThat(again.sealCopies()).filteredOn(copy -> !copy.current()).hasSize(3);
      hsm.removeKey();
      Nodes.awaitActive(nodes.restart(by(hsm)));
    }
  }

  @Test
  void aKeyThatCannotUnwrapIsRefusedAndEverythingStillUnseals() {
    FakeHsm hsm = new FakeHsm(Nodes.PIN);
    try (Nodes nodes = new Nodes()) {
      Node node = started(nodes, hsm);
      hsm.makeKey(FakeSeal.ENCRYPTS_ONLY);
      assertThatThrownBy(
              () -> node.sealRotation().rotate("a", new SealKey("", FakeSeal.ENCRYPTS_ONLY), false))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("not rotated, all is as before");
      assertThat(current(node)).containsExactly("root ", "recovery ");
      assertThat(node.sealRotation().pending()).isEmpty();
      Nodes.awaitActive(nodes.restart(by(hsm)));
    }
  }

  @Test
  void rollbackReturnsToTheKeyBefore() {
    FakeHsm hsm = new FakeHsm(Nodes.PIN);
    try (Nodes nodes = new Nodes()) {
      Node node = started(nodes, hsm);
      assertThatThrownBy(() -> node.sealRotation().rollback("a"))
          .hasMessageContaining("no copy by another key");
      node.sealRotation().rotate("a", NEW, true);

      assertThat(node.sealRotation().rollback("a")).contains(new SealKey("test", ""));
      assertThat(current(node)).containsExactly("root ", "recovery ");
      Node again = nodes.restart(by(hsm));
      Nodes.awaitActive(again);
      again.barrierRekey().rotateRootKey();
      assertThat(current(again)).containsExactly("root ", "recovery ");
    }
  }

  @Test
  void rollbackThatCannotOpenTheCopyBeforeIsRefused() {
    FakeHsm hsm = new FakeHsm(Nodes.PIN);
    try (Nodes nodes = new Nodes()) {
      Node node = started(nodes, hsm);
      node.sealRotation().rotate("a", NEW, true);
      hsm.removeKey();
      assertThatThrownBy(() -> node.sealRotation().rollback("a"))
          .hasMessageContaining("does not open");
      assertThat(current(node)).containsExactly("root 02", "recovery 02");
    }
  }

  @Test
  void killedAtAnyCallToTheHsmItIsDoneAfterTheRestartOrWasNeverBegun() {
    int killed = 0;
    int resumed = 0;
    for (int call = 0; call < HSM_CALLS_MAX; call++) {
      FakeHsm hsm = new FakeHsm(Nodes.PIN);
      try (Nodes nodes = new Nodes()) {
        Node node = started(nodes, hsm);
        hsm.failAfter(call, new Killed());
        boolean done = rotates(node);
        hsm.failAfter(HSM_CALLS_MAX, new Killed());
        boolean begun = node.sealRotation().pending().isPresent();
        Node again = nodes.restart(by(hsm));
        Nodes.awaitActive(again);
        Nodes.await("no rotation is under way", () -> again.sealRotation().pending().isEmpty());
        assertThat(current(again))
            .as("killed at call %d", call)
            .isEqualTo(
                done || begun ? List.of("root 02", "recovery 02") : List.of("root ", "recovery "));
        killed += done ? 0 : 1;
        resumed += begun ? 1 : 0;
        if (done) {
          break;
        }
      }
    }
    assertThat(killed).isBetween(5, HSM_CALLS_MAX - 1);
    assertThat(resumed).isGreaterThan(3);
  }

  private static boolean rotates(Node node) {
    try {
      node.sealRotation().rotate("a", NEW, true);
      return true;
    } catch (Killed e) {
      return false;
    }
  }

  @Test
  void aRotationWhoseHsmIsAwayWaitsAndCanBeGivenUp() {
    FakeHsm hsm = new FakeHsm(Nodes.PIN);
    try (Nodes nodes = new Nodes()) {
      Node node = started(nodes, hsm);
      hsm.makeKey("02");
      hsm.onNextCall(() -> {});
      hsm.onNextCall(hsm::pull);
      assertThatThrownBy(() -> node.sealRotation().rotate("a", NEW, false))
          .hasMessageContaining("resumed once the seal is back");
      assertThat(node.sealRotation().pending().map(SealRotation.Pending::sealName)).contains("a");
      assertThatThrownBy(() -> node.sealRotation().rotate("a", NEW, false))
          .hasMessageContaining("under way");

      assertThat(node.sealRotation().rollback("a")).isEqualTo(Optional.empty());
      hsm.putBack();
      assertThat(node.sealRotation().pending()).isEmpty();
      assertThat(current(node)).containsExactly("root ", "recovery ");
    }
  }

  @Test
  void keySharesHaveNoKeyToRotate() {
    try (Nodes nodes = new Nodes()) {
      Node node = nodes.start(Nodes.shares());
      Nodes.awaitUninitialized(node);
      List<KeyShare> shares = node.init(Nodes.initShares(1, 1)).keys();
      node.unseal(Nodes.share(shares.getFirst()));
      assertThatThrownBy(() -> node.sealRotation().rotate("", NEW, true))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("seals that unseal by themselves");
    }
  }
}
