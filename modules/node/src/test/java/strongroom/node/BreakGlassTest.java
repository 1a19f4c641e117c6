package strongroom.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.seal.SealKey;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;

/** The HSM is lost for good, and the holders of break-glass shares get the data back. */
class BreakGlassTest {
  private static final String ACTOR = "test";

  private final Nodes nodes = new Nodes();
  private final FakeHsm hsm = new FakeHsm(Nodes.PIN);
  private Node node = nodes.start(by(hsm));
  private final List<KeyShare> recovery;

  BreakGlassTest() {
    Nodes.awaitUninitialized(node);
    recovery = node.init(Nodes.initRecovery(3, 2)).recoveryKeys();
    Nodes.awaitActive(node);
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  private static Protection by(FakeHsm hsm) {
    return Protection.by(FakeSeal.named("a", hsm));
  }

  private static RekeyRequest request(int shares, int threshold) {
    return new RekeyRequest(shares, threshold, List.of(), false, false);
  }

  private List<KeyShare> create() {
    return create(request(3, 2));
  }

  private List<KeyShare> create(RekeyRequest request) {
    BreakGlassCreation creation = node.breakGlass().creation();
    String nonce = ((RekeyStep.Status) creation.start(request, true, ACTOR)).nonce();
    creation.update(Nodes.share(recovery.get(0)), nonce, ACTOR);
    return ((RekeyStep.Done) creation.update(Nodes.share(recovery.get(2)), nonce, ACTOR)).keys();
  }

  /** Whether the drill says that these open. */
  private boolean drill(KeyShare... shares) {
    BreakGlassDrill.Step step = node.breakGlass().drill().status();
    for (KeyShare share : shares) {
      step = node.breakGlass().drill().give(Nodes.share(share), step.nonce(), ACTOR);
    }
    assertThat(step.complete()).isTrue();
    return step.opens();
  }

  private BreakGlassUnsealing.Step unseal(KeyShare... shares) {
    BreakGlassUnsealing unsealing = node.breakGlass().unsealing();
    BreakGlassUnsealing.Step step = unsealing.status();
    for (KeyShare share : shares) {
      step = unsealing.give(Nodes.share(share), ACTOR);
    }
    return step;
  }

  /** Another HSM in the lost one's place, with a key of the same name. */
  private FakeHsm loseTheHsm() {
    FakeHsm fresh = new FakeHsm(Nodes.PIN);
    fresh.makeKey();
    node = nodes.restart(by(fresh));
    Nodes.awaitObstacle(node, Obstacle.Kind.WRAPPED_KEY_UNUSABLE);
    return fresh;
  }

  private static boolean wrapped(Node node) {
    return node.sealCopies().stream().filter(copy -> copy.key().equals("root")).count() > 1
        && node.sealCopies().stream().filter(copy -> copy.key().equals("recovery")).count() > 1;
  }

  @Test
  void unsealsWithoutTheHsmGivesTheSealInTheFileNewCopiesAndTheNextStartNeedsNobody() {
    List<KeyShare> shares = create();
    int term = node.dataKeys().rotate().term();
    nodes.sealWrap.setMounts(Set.of("logical/wrapped/"));
    nodes.services.barrier().commit(new Batch().put("logical/wrapped/a", new byte[] {7}));
    assertThat(nodes.storage.get("logical/wrapped/a").orElseThrow()).startsWith(2);
    FakeHsm fresh = loseTheHsm();
    assertThat(node.status().obstacle().orElseThrow().message())
        .contains("recovery keys cannot unseal it")
        .contains("operator recovery unseal");

    assertThat(unseal(shares.get(2)).progress()).isEqualTo(1);
    assertThat(unseal(shares.get(0)).sealed()).isFalse();
    Nodes.awaitActive(node);
    assertThat(node.dataKeys().status().term()).isEqualTo(term);
    assertThat(nodes.services.barrier().get("logical/wrapped/a").orElseThrow()).containsExactly(7);
    assertThat(node.warnings()).anyMatch(text -> text.contains("unsealed by break-glass"));
    Nodes.await("the seal in the file has wrapped both keys", () -> wrapped(node));

    node = nodes.restart(by(fresh));
    Nodes.awaitActive(node);
    assertThat(node.warnings()).isEmpty();
    RootGeneration generation = node.rootGeneration();
    String nonce = generation.start("", "").nonce();
    generation.update(Nodes.share(recovery.get(0)), nonce);
    assertThat(generation.update(Nodes.share(recovery.get(1)), nonce).complete()).isTrue();
  }

  @Test
  void recoveryKeysDecideAlsoBeforeAnySealIsBack() {
    List<KeyShare> shares = create();
    hsm.pull();
    node = nodes.restart(by(hsm));
    Nodes.awaitObstacle(node, Obstacle.Kind.SEAL_UNREACHABLE);
    unseal(shares.get(0), shares.get(1));

    RootGeneration generation = node.rootGeneration();
    String nonce = generation.start("", "").nonce();
    generation.update(Nodes.share(recovery.get(0)), nonce);
    assertThatThrownBy(() -> generation.update(Nodes.share(shares.get(1)), nonce))
        .isInstanceOf(RefusedException.class);
    generation.update(Nodes.share(recovery.get(0)), nonce);
    assertThat(generation.update(Nodes.share(recovery.get(1)), nonce).complete()).isTrue();
  }

  @Test
  void anotherKeyIsAdoptedWhereTheSealWasRotatedToOneThatIsLost() {
    node.sealRotation().rotate("a", new SealKey("", "02"), true);
    List<KeyShare> shares = create();
    FakeHsm fresh = new FakeHsm(Nodes.PIN);
    node = nodes.restart(by(fresh));
    Nodes.awaitObstacle(node, Obstacle.Kind.SEAL_CONFIGURATION);
    unseal(shares.get(0), shares.get(1));

    node.sealRotation().rotate("a", new SealKey("", "03"), true);
    node = nodes.restart(by(fresh));
    Nodes.awaitActive(node);
    assertThat(node.sealCopies().getFirst().details()).containsEntry("key_id", "03");
  }

  @Test
  void theDrillSaysYesAndNoAndChangesNothing() {
    List<KeyShare> shares = create();
    List<KeyShare> older = shares;
    shares = create();
    int commits = nodes.storage.commits();

    assertThat(drill(shares.get(0), shares.get(1))).isTrue();
    assertThat(drill(shares.get(2), shares.get(1))).isTrue();
    assertThat(drill(shares.get(2), older.get(1))).isFalse();
    assertThat(drill(older.get(0), older.get(1))).isFalse();
    assertThat(drill(recovery.get(0), recovery.get(1))).isFalse();
    assertThat(drill(new KeyShare(new byte[33]), shares.get(1))).isFalse();
    // Each is recorded, and that is all.
    assertThat(nodes.storage.commits()).isEqualTo(commits + 6);
    assertThat(node.status().sealed()).isFalse();
  }

  @Test
  void aShareGivenTwiceCountsOnceAndAnotherDrillsNonceIsRefused() {
    List<KeyShare> shares = create();
    BreakGlassDrill drill = node.breakGlass().drill();
    String nonce = drill.give(Nodes.share(shares.get(0)), "", ACTOR).nonce();
    assertThat(drill.give(Nodes.share(shares.get(0)), nonce, ACTOR).progress()).isEqualTo(1);
    assertThatThrownBy(() -> drill.give(Nodes.share(shares.get(1)), "another", ACTOR))
        .hasMessageContaining("nonce");
    drill.reset();
    assertThat(drill.status().progress()).isZero();
    assertThatThrownBy(() -> drill.give(Nodes.share(shares.get(1)), nonce, ACTOR))
        .hasMessageContaining("no drill is under way");
  }

  @Test
  void wrongSharesUnsealNothingAndAreToldApartByNothing() {
    List<KeyShare> older = create();
    List<KeyShare> shares = create();
    loseTheHsm();
    List<String> answers = new ArrayList<>();
    for (List<KeyShare> wrong :
        List.of(
            List.of(shares.get(0), older.get(1)),
            older.subList(0, 2),
            recovery.subList(0, 2),
            List.of(shares.get(0), new KeyShare(new byte[33])),
            List.of(shares.get(0), new KeyShare(new byte[20])))) {
      assertThatThrownBy(() -> unseal(wrong.get(0), wrong.get(1)))
          .isInstanceOf(RefusedException.class)
          .satisfies(e -> answers.add(e.getMessage()));
      assertThat(node.status().sealed()).isTrue();
      assertThat(node.breakGlass().unsealing().status().progress()).isZero();
    }
    assertThat(answers).hasSize(5).containsOnly(answers.getFirst());
    unseal(shares.get(0), shares.get(0));
    assertThat(node.status().sealed()).isTrue();
    unseal(shares.get(1));
    assertThat(node.status().sealed()).isFalse();
  }

  @Test
  void wrongSharesDoNotUndoThatAnOperatorSealedTheNode() {
    create();
    node.seal();
    assertThatThrownBy(() -> unseal(recovery.get(0), recovery.get(1)))
        .isInstanceOf(RefusedException.class);
    assertThat(node.status().obstacle().orElseThrow().kind())
        .isEqualTo(Obstacle.Kind.SEALED_BY_OPERATOR);
  }

  @Test
  void keepsUpWithTheRootKeyAndWithTheRecoveryKey() {
    List<KeyShare> shares = create();
    node.barrierRekey().rotateRootKey();
    node.barrierRekey().rotateRootKey();
    Rekey rekey = node.recoveryRekey();
    String nonce = rekey.start(request(1, 1)).nonce();
    rekey.update(Nodes.share(recovery.get(0)), nonce);
    KeyShare replaced =
        ((RekeyStep.Done) rekey.update(Nodes.share(recovery.get(1)), nonce)).keys().getFirst();
    assertThat(node.breakGlass().status().current()).isTrue();
    assertThat(drill(shares.get(0), shares.get(1))).isTrue();

    hsm.pull();
    node = nodes.restart(by(hsm));
    Nodes.awaitObstacle(node, Obstacle.Kind.SEAL_UNREACHABLE);
    unseal(shares.get(1), shares.get(2));
    String second = node.rootGeneration().start("", "").nonce();
    assertThat(node.rootGeneration().update(Nodes.share(replaced), second).complete()).isTrue();
  }

  @Test
  void aPublicKeyThatSomebodyPutIntoStorageIsNotGivenTheNextRootKey() {
    create();
    byte[] planted = nodes.storage.get(BreakGlassStore.PATH).orElseThrow();
    create();
    nodes.storage.commit(new Batch().put(BreakGlassStore.PATH, planted));

    assertThatThrownBy(() -> node.barrierRekey().rotateRootKey())
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("not the one that was made here");
    assertThat(nodes.storage.get(BreakGlassStore.PATH)).contains(planted);
    assertThat(node.breakGlass().status().genuine()).isFalse();
    node.breakGlass().delete(ACTOR);
    node.barrierRekey().rotateRootKey();
    assertThat(node.breakGlass().status().exists()).isFalse();
  }

  @Test
  void aDamagedCopyDoesNotKeepTheNodeFromUnsealing() {
    create();
    nodes.storage.commit(new Batch().put(BreakGlassStore.PATH, new byte[100]));
    node = nodes.restart(by(hsm));
    Nodes.awaitActive(node);
    assertThat(node.breakGlass().status().genuine()).isFalse();
    assertThat(node.warnings()).anyMatch(text -> text.contains("Recovery keys alone"));
  }

  @Test
  void takesAQuorumEvenOfARootTokenAndOnlyARootTokenWhereThereIsNone() {
    BreakGlassCreation creation = node.breakGlass().creation();
    String nonce = ((RekeyStep.Status) creation.start(request(1, 1), true, ACTOR)).nonce();
    creation.update(Nodes.share(recovery.get(0)), nonce, ACTOR);
    assertThatThrownBy(
            () -> creation.update(SecretBytes.random(33, new SecureRandom()), nonce, ACTOR))
        .isInstanceOf(RefusedException.class);
    assertThat(node.breakGlass().status().exists()).isFalse();
    creation.cancel(ACTOR);

    try (Nodes others = new Nodes()) {
      Node without = others.start(by(new FakeHsm(Nodes.PIN)));
      Nodes.awaitUninitialized(without);
      without.init(Nodes.initRecovery(0, 0));
      Nodes.awaitActive(without);
      BreakGlassCreation alone = without.breakGlass().creation();
      assertThatThrownBy(() -> alone.start(request(1, 1), false, ACTOR))
          .isInstanceOfSatisfying(
              RefusedException.class,
              e -> assertThat(e.refusal()).isInstanceOf(Refusal.Denied.class));
      RekeyStep.Done done = (RekeyStep.Done) alone.start(request(3, 2), true, ACTOR);
      assertThat(done.keys()).hasSize(3);
    }
  }

  @Test
  void encryptsEachShareForItsHolder() {
    PgpHolder one = new PgpHolder();
    PgpHolder two = new PgpHolder();
    List<KeyShare> shares =
        create(new RekeyRequest(2, 2, List.of(one.publicKey(), two.publicKey()), false, false));
    KeyShare first = decrypted(one, shares.get(0));
    KeyShare second = decrypted(two, shares.get(1));

    assertThat(node.breakGlass().status().pgpFingerprints())
        .containsExactly(one.fingerprint(), two.fingerprint());
    assertThat(drill(first, second)).isTrue();
  }

  private static KeyShare decrypted(PgpHolder holder, KeyShare share) {
    return new KeyShare(
        HexFormat.of().parseHex(new String(holder.decrypt(share.content()), US_ASCII)));
  }

  @Test
  void isNotDeletedWhileItMayBeTheOnlyCopyThatOpens() {
    create();
    hsm.pull();
    assertThatThrownBy(() -> node.breakGlass().delete(ACTOR))
        .hasMessageContaining("may be the only one left");
    hsm.putBack();
    node.breakGlass().delete(ACTOR);
    assertThat(node.breakGlass().status().exists()).isFalse();
    assertThat(nodes.storage.get(BreakGlassStore.PATH)).isEmpty();
    assertThatThrownBy(() -> node.breakGlass().drill().status())
        .hasMessageContaining("no break-glass copy");
  }

  @Test
  void opensANodeThatTakesTheHsmAndKeySharesTogether() {
    try (Nodes others = new Nodes()) {
      Node both = others.start(others.byHsmAndShares());
      Nodes.awaitUninitialized(both);
      KeyShare key = both.init(Nodes.initShares(1, 1)).keys().getFirst();
      both.unseal(Nodes.share(key));
      assertThat(both.warnings()).anyMatch(text -> text.contains("no break-glass copy"));
      BreakGlassCreation creation = both.breakGlass().creation();
      String nonce = ((RekeyStep.Status) creation.start(request(1, 1), true, ACTOR)).nonce();
      KeyShare glass =
          ((RekeyStep.Done) creation.update(Nodes.share(key), nonce, ACTOR)).keys().getFirst();

      FakeHsm fresh = new FakeHsm(Nodes.PIN);
      fresh.makeKey();
      Node byShares = others.restart(Protection.byShares());
      Nodes.awaitObstacle(byShares, Obstacle.Kind.SEAL_MIGRATION);
      assertThatThrownBy(() -> byShares.breakGlass().unsealing().give(Nodes.share(glass), ACTOR))
          .hasMessageContaining("put a stanza of a seal that unseals by itself");
      Node again = others.restart(by(fresh));
      Nodes.awaitObstacle(again, Obstacle.Kind.SEAL_MIGRATION);
      again.breakGlass().unsealing().give(Nodes.share(glass), ACTOR);
      assertThat(again.sealCopies().size()).isGreaterThan(1);
      assertThat(again.breakGlass().status().current()).isTrue();
      Nodes.awaitActive(others.restart(by(fresh)));
    }
  }

  @Test
  void aMoveToKeySharesAndBackLeavesACopyThatOpens() {
    List<KeyShare> shares = create();
    node.configure(Protection.byShares());
    recovery
        .subList(0, 2)
        .forEach(share -> node.sealMigration().update(Optional.of(Nodes.share(share))));
    assertThat(node.breakGlass().status().current()).isTrue();

    FakeHsm fresh = new FakeHsm(Nodes.PIN);
    node.configure(by(fresh));
    recovery
        .subList(1, 3)
        .forEach(share -> node.sealMigration().update(Optional.of(Nodes.share(share))));
    assertThat(node.warnings()).isEmpty();
    assertThat(drill(shares.get(0), shares.get(2))).isTrue();

    loseTheHsm();
    unseal(shares.get(1), shares.get(2));
    Nodes.await("the seal in the file has wrapped both keys", () -> wrapped(node));
  }

  @Test
  void warnsUntilThereIsASecondSealOrACopy() {
    assertThat(node.warnings()).singleElement().asString().contains("seal \"a\" is lost for good");
    create();
    assertThat(node.warnings()).isEmpty();
    node.breakGlass().delete(ACTOR);
    FakeHsm second = new FakeHsm(Nodes.PIN);
    second.makeKey();
    node =
        nodes.restart(
            new Protection.ByItself(
                List.of(FakeSeal.named("a", hsm), FakeSeal.named("b", second)), List.of()));
    Nodes.awaitActive(node);
    Nodes.await("both have wrapped it", () -> node.warnings().isEmpty());
  }
}
