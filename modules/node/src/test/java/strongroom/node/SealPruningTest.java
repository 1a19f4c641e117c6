package strongroom.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.RefusedException;
import strongroom.seal.SealKey;

/** Kept copies go once nobody needs the keys that open them; what opens is never dropped. */
class SealPruningTest {
  private final Nodes nodes = new Nodes();
  private final FakeHsm hsm = new FakeHsm(Nodes.PIN);
  private Node node = nodes.start(by(hsm));

  SealPruningTest() {
    Nodes.awaitUninitialized(node);
    node.init(Nodes.initRecovery(1, 1));
    Nodes.awaitActive(node);
    node.sealRotation().rotate("a", new SealKey("", "02"), true);
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  private static Protection by(FakeHsm hsm) {
    return Protection.by(FakeSeal.named("a", hsm));
  }

  private List<String> ids() {
    return node.sealCopies().stream().map(copy -> copy.details().get("key_id")).toList();
  }

  @Test
  void whatIsLeftAfterwardsOpensAndTheRetiredKeyIsRemembered() {
    SealPruning.Result trial = node.sealPruning().prune("", true);
    assertThat(trial.dropped()).hasSize(2);
    assertThat(ids()).contains("", "02");

    SealPruning.Result done = node.sealPruning().prune("", false);
    assertThat(done.kept()).hasSize(2);
    assertThat(done.unproven()).isEmpty();
    assertThat(ids()).containsOnly("02");
    assertThat(node.sealKeyNames().ids()).contains("02");

    hsm.removeKey();
    node = nodes.restart(by(hsm));
    Nodes.awaitActive(node);
    assertThat(node.sealKeyNames().labels()).contains("test");
  }

  @Test
  void nothingGoesWhileTheCurrentCopyDoesNotOpen() {
    hsm.pull();
    assertThatThrownBy(() -> node.sealPruning().prune("", false))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("may be the last that opens");
    assertThat(ids()).contains("", "02");
  }

  @Test
  void onlyADisabledSealIsRetired() {
    assertThatThrownBy(() -> node.sealPruning().prune("a", false))
        .hasMessageContaining("is no disabled seal");
  }
}
