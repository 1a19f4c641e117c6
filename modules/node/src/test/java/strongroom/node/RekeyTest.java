package strongroom.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import strongroom.logical.RefusedException;
import strongroom.secret.SecretBytes;
import strongroom.storage.StorageFault;

class RekeyTest {
  private final Nodes nodes = new Nodes();

  @AfterEach
  void stop() {
    nodes.close();
  }

  private static RekeyRequest request(int shares, int threshold) {
    return new RekeyRequest(shares, threshold, List.of(), false, false);
  }

  private static RekeyStep.Done finish(Rekey rekey, String nonce, List<KeyShare> shares) {
    assertThat(rekey.update(Nodes.share(shares.get(0)), nonce))
        .isInstanceOf(RekeyStep.Status.class);
    return (RekeyStep.Done) rekey.update(Nodes.share(shares.get(1)), nonce);
  }

  private static void unseal(Node node, KeyShare... shares) {
    for (KeyShare share : shares) {
      node.unseal(Nodes.share(share));
    }
  }

  @Nested
  class OfUnsealKeys {
    private final Node node = nodes.start(Nodes.shares());
    private final List<KeyShare> old;

    OfUnsealKeys() {
      Nodes.awaitUninitialized(node);
      old = node.init(Nodes.initShares(3, 2)).keys();
      unseal(node, old.get(0), old.get(1));
    }

    @Test
    void newSharesUnsealAndOldOnesDoNot() {
      RekeyStep.Status started = node.barrierRekey().start(request(4, 3));
      assertThat(started.required()).isEqualTo(2);
      assertThat(started.shares()).isEqualTo(4);
      List<KeyShare> fresh = finish(node.barrierRekey(), started.nonce(), old).keys();
      assertThat(fresh).hasSize(4);
      assertThat(node.status().threshold()).isEqualTo(3);

      Node again = nodes.restart(Nodes.shares());
      Nodes.awaitObstacle(again, Obstacle.Kind.NEEDS_KEY_SHARES);
      unseal(again, old.get(0), old.get(1));
      assertThatThrownBy(() -> again.unseal(Nodes.share(old.get(2))))
          .isInstanceOf(RefusedException.class);
      unseal(again, fresh.get(3), fresh.get(0), fresh.get(2));
      assertThat(again.status().sealed()).isFalse();
      assertThat(again.dataKeys().rotate().term()).isEqualTo(2);
    }

    @Test
    void sharesThatWereNotShownDoNotCount() {
      Rekey rekey = node.barrierRekey();
      String nonce = rekey.start(new RekeyRequest(3, 2, List.of(), false, true)).nonce();
      RekeyStep.Done told = finish(rekey, nonce, old);
      assertThat(told.verificationRequired()).isTrue();
      assertThat(rekey.status().verificationNonce()).isEqualTo(told.verificationNonce());
      sealAndUnsealWith(old);
    }

    private void sealAndUnsealWith(List<KeyShare> shares) {
      node.seal();
      unseal(node, shares.get(0), shares.get(1));
      assertThat(node.status().sealed()).isFalse();
    }

    @Test
    void aVerificationWithWrongSharesChangesNothingAndCanBeRestarted() {
      Rekey rekey = node.barrierRekey();
      String nonce = rekey.start(new RekeyRequest(3, 2, List.of(), false, true)).nonce();
      RekeyStep.Done told = finish(rekey, nonce, old);
      String first = told.verificationNonce();
      rekey.verify(Nodes.share(told.keys().get(0)), first);
      assertThatThrownBy(() -> rekey.verify(SecretBytes.random(33, new SecureRandom()), first))
          .isInstanceOf(RefusedException.class);
      String second = rekey.restartVerification().nonce();
      assertThat(second).isNotEqualTo(first);
      assertThatThrownBy(() -> rekey.verify(Nodes.share(told.keys().get(0)), first))
          .hasMessageContaining("nonce");

      rekey.verify(Nodes.share(told.keys().get(0)), second);
      assertThat(rekey.verify(Nodes.share(told.keys().get(2)), second).complete()).isTrue();
      sealAndUnsealWith(told.keys());
    }

    @Test
    void encryptsForKeyHoldersAndKeepsABackup() {
      PgpHolder one = new PgpHolder();
      PgpHolder two = new PgpHolder();
      Rekey rekey = node.barrierRekey();
      String nonce =
          rekey
              .start(new RekeyRequest(2, 2, List.of(one.publicKey(), two.publicKey()), true, false))
              .nonce();
      RekeyStep.Done told = finish(rekey, nonce, old);
      assertThat(told.pgpFingerprints()).containsExactly(one.fingerprint(), two.fingerprint());

      ShareBackup backup = rekey.backup().orElseThrow();
      assertThat(backup.nonce()).isEqualTo(nonce);
      assertThat(backup.keys().get(two.fingerprint())).containsExactly(told.keys().get(1).hex());
      node.seal();
      node.unseal(decrypted(one, told.keys().get(0)));
      assertThat(node.unseal(decrypted(two, told.keys().get(1))).sealed()).isFalse();
      rekey.deleteBackup();
      assertThat(rekey.backup()).isEmpty();
    }

    private static SecretBytes decrypted(PgpHolder holder, KeyShare share) {
      String hex = new String(holder.decrypt(share.content()), US_ASCII);
      return SecretBytes.takeFrom(HexFormat.of().parseHex(hex));
    }

    @Test
    void aCommitThatFailsLeavesTheOldShares() {
      String nonce = node.barrierRekey().start(request(3, 2)).nonce();
      node.barrierRekey().update(Nodes.share(old.get(0)), nonce);
      nodes.storage.failNextCommit(new StorageFault.Full("no room", null));
      assertThatThrownBy(() -> node.barrierRekey().update(Nodes.share(old.get(1)), nonce))
          .isInstanceOf(StorageFault.Full.class);

      assertThat(node.dataKeys().rotate().term()).isEqualTo(2);
      sealAndUnsealWith(old);
    }

    @Test
    void aCommitThatWasCutOffButTookEffectCounts() {
      String nonce = node.barrierRekey().start(request(3, 2)).nonce();
      node.barrierRekey().update(Nodes.share(old.get(0)), nonce);
      nodes.storage.failNextCommit(new StorageFault.OutcomeUnknown("cut off", null));
      RekeyStep.Done told =
          (RekeyStep.Done) node.barrierRekey().update(Nodes.share(old.get(1)), nonce);

      sealAndUnsealWith(told.keys());
    }

    @Test
    void refusesWhatCannotBe() {
      Rekey rekey = node.barrierRekey();
      assertThatThrownBy(() -> rekey.start(request(3, 4))).isInstanceOf(RefusedException.class);
      assertThatThrownBy(() -> rekey.start(new RekeyRequest(3, 2, List.of(), true, false)))
          .hasMessageContaining("pgp_keys");
      assertThatThrownBy(() -> node.recoveryRekey().start(request(3, 2)))
          .isInstanceOf(RefusedException.class);
      assertThatThrownBy(() -> rekey.update(Nodes.share(old.get(0)), "x"))
          .hasMessageContaining("no rekey in progress");
      assertThatThrownBy(rekey::verification).isInstanceOf(RefusedException.class);
      String nonce = rekey.start(request(3, 2)).nonce();
      assertThatThrownBy(() -> rekey.start(request(3, 2))).hasMessageContaining("in progress");
      rekey.update(Nodes.share(old.get(0)), nonce);
      assertThatThrownBy(() -> rekey.update(SecretBytes.random(33, new SecureRandom()), nonce))
          .isInstanceOf(RefusedException.class);
      assertThat(rekey.status().progress()).isZero();
      rekey.cancel();
      assertThat(rekey.status().started()).isFalse();
    }

    @Test
    void theRootKeyIsNotRotatedWithoutTheSharesThatProtectIt() {
      assertThatThrownBy(() -> node.barrierRekey().rotateRootKey())
          .hasMessageContaining("sys/rotate/root/init");
    }

    @Test
    void nobodyKnownCancelsAYoungRekeyWithoutItsNonce() {
      Rekey rekey = node.barrierRekey();
      rekey.cancel("", true);
      String nonce = rekey.start(request(3, 2)).nonce();
      assertThatThrownBy(() -> rekey.cancel("", true)).hasMessageContaining("nonce");
      assertThatThrownBy(() -> rekey.cancel("x", true)).hasMessageContaining("nonce");
      assertThatThrownBy(() -> rekey.cancel("x", false)).hasMessageContaining("nonce");
      assertThat(rekey.status().started()).isTrue();
      rekey.cancel(nonce, true);
      assertThat(rekey.status().started()).isFalse();
      rekey.start(request(3, 2));
      rekey.cancel("", false);
      assertThat(rekey.status().started()).isFalse();
    }
  }

  @Nested
  class OfRecoveryKeys {
    private final Node node = nodes.start(nodes.byHsm());
    private final List<KeyShare> old;

    OfRecoveryKeys() {
      Nodes.awaitUninitialized(node);
      old = node.init(Nodes.initRecovery(3, 2)).recoveryKeys();
    }

    @Test
    void newSharesDecideAndOldOnesDoNotAlsoAfterARestart() {
      String nonce = node.recoveryRekey().start(request(2, 2)).nonce();
      List<KeyShare> fresh = finish(node.recoveryRekey(), nonce, old).keys();
      Node again = nodes.restart(nodes.byHsm());
      Nodes.awaitActive(again);

      String attempt = again.rootGeneration().start("", "").nonce();
      again.rootGeneration().update(Nodes.share(old.get(0)), attempt);
      assertThatThrownBy(() -> again.rootGeneration().update(Nodes.share(old.get(1)), attempt))
          .isInstanceOf(RefusedException.class);
      again.rootGeneration().update(Nodes.share(fresh.get(0)), attempt);
      assertThat(again.rootGeneration().update(Nodes.share(fresh.get(1)), attempt).complete())
          .isTrue();
    }

    @Test
    void aCommitThatFailsLeavesTheOldOnes() {
      String nonce = node.recoveryRekey().start(request(2, 2)).nonce();
      node.recoveryRekey().update(Nodes.share(old.get(0)), nonce);
      nodes.storage.failNextCommit(new StorageFault.Full("no room", null));
      assertThatThrownBy(() -> node.recoveryRekey().update(Nodes.share(old.get(1)), nonce))
          .isInstanceOf(StorageFault.Full.class);
      node.recoveryRekey().cancel();

      String again = node.recoveryRekey().start(request(2, 2)).nonce();
      assertThat(finish(node.recoveryRekey(), again, old).keys()).hasSize(2);
    }

    @Test
    void theyAlsoReplaceTheRootKeyUnderTheSeal() {
      byte[] before = nodes.storage.get("core/keyring").orElseThrow();
      String nonce = node.barrierRekey().start(request(1, 1)).nonce();
      assertThat(finish(node.barrierRekey(), nonce, old).keys()).isEmpty();

      assertThat(nodes.storage.get("core/keyring")).isNotEqualTo(Optional.of(before));
      Nodes.awaitActive(nodes.restart(nodes.byHsm()));
    }

    @Test
    void theRootKeyIsRotatedWithoutSharesWhereTheSealHoldsIt() {
      byte[] before = nodes.storage.get("core/keyring").orElseThrow();
      node.barrierRekey().rotateRootKey();
      assertThat(nodes.storage.get("core/keyring")).isNotEqualTo(Optional.of(before));
      Node again = nodes.restart(nodes.byHsm());
      Nodes.awaitActive(again);
      nodes.hsm.pull();
      assertThatThrownBy(() -> again.barrierRekey().rotateRootKey()).hasMessageContaining("away");
    }

    @Test
    void anOlderCopyOpensWhereTheNewestDoesNotFitTheKeyring() {
      byte[] keyring = nodes.storage.get("core/keyring").orElseThrow();
      String nonce = node.barrierRekey().start(request(1, 1)).nonce();
      finish(node.barrierRekey(), nonce, old);
      nodes.storage.commit(new strongroom.storage.Batch().put("core/keyring", keyring));

      Nodes.awaitActive(nodes.restart(nodes.byHsm()));
    }

    @Test
    void refusesToShareOutWhatTheSealHolds() {
      assertThatThrownBy(() -> node.barrierRekey().start(request(5, 3)))
          .hasMessageContaining("rekey-recovery-key");
    }
  }
}
