package strongroom.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.ceremony.CeremonyCheck;
import strongroom.ceremony.CeremonyEntry;
import strongroom.ceremony.CeremonyEvent;
import strongroom.ceremony.CeremonyKind;
import strongroom.ceremony.SignedEntry;
import strongroom.logical.RefusedException;
import strongroom.seal.SealKey;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

final class CeremonyTest {
  private static final String ENTRY = "core/ceremony/entry/0000000";

  private final Nodes nodes = new Nodes();

  @AfterEach
  void end() {
    nodes.close();
  }

  private Node initialized(Protection protection, InitRequest request) {
    Node node = nodes.start(protection);
    Nodes.awaitUninitialized(node);
    node.init(request);
    return node;
  }

  private Node onHsm() {
    Node node = initialized(nodes.byHsm(), Nodes.initRecovery(3, 2));
    Nodes.awaitActive(node);
    return node;
  }

  private static List<CeremonyEntry> entries(Node node) {
    return node.ceremony().read().entries().stream().map(SignedEntry::entry).toList();
  }

  private static List<String> problems(Node node) {
    Ceremony.Stored stored = node.ceremony().read();
    return CeremonyCheck.problems(
        stored.entries(), stored.head(), stored.publicHalf(), Optional.empty());
  }

  @Test
  void recordsEachCeremonyInOrderWithWhatTheHsmIsKnownBy() {
    Node node = onHsm();
    node.dataKeys().rotate();
    node.barrierRekey().rotateRootKey();
    node.sealRotation().rotate("", new SealKey("", "02"), true);
    node.sealRotation().rollback("");
    assertThat(entries(node).stream().map(CeremonyEntry::event))
        .containsExactly(
            "init", "rotate-data-key", "rotate-root-key", "seal-rotate", "seal-rollback");
    assertThat(entries(node).getFirst().details())
        .containsEntry("recovery_shares", "3")
        .containsEntry("recovery_threshold", "2");
    assertThat(entries(node).get(2).details()).containsEntry("new_root_key", "2");
    assertThat(entries(node).get(3).details()).containsEntry("key_id", "02");
    assertThat(entries(node).get(3).seals().getFirst())
        .containsEntry("serial", "fake")
        .containsEntry("key_label", "test")
        .containsEntry("root_key", "2");
    assertThat(entries(node).getFirst().cluster().get("name")).startsWith("vault-cluster-");
    assertThat(problems(node)).isEmpty();
  }

  @Test
  void movesAndBreakGlassAreRecordedToo() {
    Node node = nodes.start(nodes.byHsm());
    Nodes.awaitUninitialized(node);
    List<KeyShare> shares = node.init(Nodes.initRecovery(1, 1)).recoveryKeys();
    Nodes.awaitActive(node);
    BreakGlassCreation creation = node.breakGlass().creation();
    RekeyRequest one = new RekeyRequest(1, 1, List.of(), false, false);
    String nonce = ((RekeyStep.Status) creation.start(one, true, "ann")).nonce();
    KeyShare glass =
        ((RekeyStep.Done) creation.update(Nodes.share(shares.getFirst()), nonce, "ann"))
            .keys()
            .getFirst();
    node.breakGlass().drill().give(Nodes.share(glass), "", "ann");
    node.configure(Nodes.shares());
    node.sealMigration().update(Optional.of(Nodes.share(shares.getFirst())));

    Node again = nodes.restart(nodes.byHsm());
    Nodes.awaitObstacle(again, Obstacle.Kind.SEAL_MIGRATION);
    again.breakGlass().unsealing().give(Nodes.share(glass), "bob");
    again.breakGlass().delete("ann");

    List<CeremonyEntry> entries = entries(again);
    assertThat(entries.stream().map(CeremonyEntry::event))
        .containsExactly(
            "init",
            "break-glass",
            "break-glass",
            "migration",
            "migration",
            "break-glass",
            "break-glass");
    assertThat(entries.get(1).details())
        .containsEntry("event", "created")
        .containsEntry("actor", "ann")
        .containsEntry("break_glass_shares", "1");
    assertThat(entries.get(2).details()).containsEntry("opens", "true");
    assertThat(entries.get(3).details())
        .containsEntry("from", "seals")
        .containsEntry("to", "shares");
    assertThat(entries.get(4).details()).containsEntry("by", "break-glass shares");
    assertThat(entries.get(5).details()).containsEntry("event", "unsealed");
    assertThat(entries.get(6).details()).containsEntry("event", "deleted");
    assertThat(problems(again)).isEmpty();
  }

  @Test
  void theHsmProvesItsPartAndProvesNoOther() {
    Node node = onHsm();
    node.dataKeys().rotate();
    List<SignedEntry> entries = node.ceremony().read().entries();
    assertThat(entries).allSatisfy(e -> assertThat(e.proofs()).containsOnlyKeys("fake"));
    assertThat(node.ceremony().prove(entries.get(1)))
        .isEqualTo(Map.of("fake", Ceremony.Proof.RIGHT));
    SignedEntry forged =
        new SignedEntry(entries.get(1).text(), entries.get(1).signature(), entries.get(0).proofs());
    assertThat(node.ceremony().prove(forged)).isEqualTo(Map.of("fake", Ceremony.Proof.WRONG));
    nodes.hsm.pull();
    assertThat(node.ceremony().prove(entries.get(1)))
        .isEqualTo(Map.of("fake", Ceremony.Proof.UNKNOWN));
  }

  @Test
  void anHsmThatIsAwayKeepsNothingFromBeingRecorded() {
    Node node = onHsm();
    nodes.hsm.pull();
    node.dataKeys().rotate();
    assertThat(node.ceremony().read().entries().getLast().proofs()).isEmpty();
    assertThat(problems(node)).isEmpty();
  }

  @Test
  void keySharesAreRecordedWithoutAShare() {
    Node node = initialized(Nodes.shares(), Nodes.initShares(5, 3));
    assertThat(new String(nodes.storage.get(ENTRY + "1").orElseThrow(), StandardCharsets.UTF_8))
        .contains("unseal_threshold")
        .contains("shamir");
    assertThatThrownBy(() -> node.ceremony().read()).isInstanceOf(RefusedException.class);
  }

  @Test
  void whatIsNotCommittedIsNotRecordedAndWhatIsNotRecordedIsNotDone() {
    Node node = onHsm();
    nodes.storage.failNextCommit(new StorageFault.Unavailable("the disk is full", null));
    assertThatThrownBy(() -> node.barrierRekey().rotateRootKey())
        .isInstanceOf(StorageFault.Unavailable.class);
    assertThat(entries(node)).hasSize(1);
    assertThat(node.sealCopies().getFirst().number()).isEqualTo(1);
    node.barrierRekey().rotateRootKey();
    assertThat(entries(node)).hasSize(2);
    assertThat(node.sealCopies().getFirst().number()).isEqualTo(2);
  }

  @Test
  void beginsInAnInstallationThatIsOlderThanTheRecord() {
    Node node = onHsm();
    nodes.storage.commit(
        new Batch().delete("core/ceremony-key").delete(ENTRY + "1").delete("core/ceremony/head"));
    assertThatThrownBy(() -> node.ceremony().read())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("begins with the next one");
    node.ceremony()
        .record(CeremonyEvent.of(CeremonyKind.BREAK_GLASS).with("what", "a copy was made"));
    assertThat(entries(node).stream().map(CeremonyEntry::event))
        .containsExactly("record-begun", "break-glass");
    assertThat(problems(node)).isEmpty();
  }

  @Test
  void noticesWhatWasChangedRemovedReorderedOrCutOffInStorage() {
    Node node = onHsm();
    node.dataKeys().rotate();
    node.dataKeys().rotate();
    byte[] second = nodes.storage.get(ENTRY + "2").orElseThrow();
    byte[] third = nodes.storage.get(ENTRY + "3").orElseThrow();

    byte[] changed =
        new String(second, StandardCharsets.UTF_8)
            .replace("rotate-data-key", "rotate-data-kez")
            .getBytes(StandardCharsets.UTF_8);
    nodes.storage.commit(new Batch().put(ENTRY + "2", changed));
    assertThat(problems(node)).anyMatch(p -> p.contains("entry 2 was changed"));

    nodes.storage.commit(new Batch().put(ENTRY + "2", new byte[] {1, 2, 3}));
    assertThat(problems(node)).anyMatch(p -> p.contains("entry 2 cannot be read"));

    nodes.storage.commit(new Batch().put(ENTRY + "2", third).put(ENTRY + "3", second));
    assertThat(problems(node)).anyMatch(p -> p.contains("in place 2 stands entry 3"));

    nodes.storage.commit(new Batch().put(ENTRY + "3", third).delete(ENTRY + "2"));
    assertThat(problems(node)).anyMatch(p -> p.contains("one was removed or moved"));

    nodes.storage.commit(new Batch().put(ENTRY + "2", second).delete(ENTRY + "3"));
    assertThat(problems(node)).anyMatch(p -> p.contains("has 3 entries, and there are 2"));

    nodes.storage.commit(new Batch().put(ENTRY + "3", third));
    assertThat(problems(node)).isEmpty();
    nodes.storage.commit(new Batch().delete("core/ceremony/head"));
    assertThat(problems(node)).anyMatch(p -> p.contains("end of the record is missing"));

    node.dataKeys().rotate();
    assertThat(problems(node)).as("a damaged record stops no ceremony").isEmpty();
    assertThat(entries(node)).hasSize(4);
  }
}
