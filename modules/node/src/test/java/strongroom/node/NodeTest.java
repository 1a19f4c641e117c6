package strongroom.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import strongroom.logical.RefusedException;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

class NodeTest {
  private final Nodes nodes = new Nodes();

  @AfterEach
  void stop() {
    nodes.close();
  }

  /** Where {@code share} lies, with another value there. */
  private static SecretBytes wrongShare(KeyShare share) {
    byte[] wrong = share.content().clone();
    wrong[0] ^= 1;
    return SecretBytes.takeFrom(wrong);
  }

  @Nested
  class WhenUninitialized {
    @Test
    void initializesAndUnsealsByTheHsmAtOnce() {
      Node node = nodes.start(nodes.byHsm());
      Nodes.awaitUninitialized(node);
      assertThat(node.status().initialized()).isFalse();
      assertThat(node.status().sealed()).isTrue();
      assertThat(node.status().recoverySeal()).isTrue();

      InitResult result = node.init(Nodes.initRecovery(5, 3));

      assertThat(result.keys()).isEmpty();
      assertThat(result.recoveryKeys()).hasSize(5);
      assertThat(result.rootToken()).isEqualTo(FakeServices.ROOT_TOKEN);
      assertThat(node.state()).isInstanceOf(NodeState.Active.class);
      assertThat(node.status().threshold()).isEqualTo(3);
      assertThat(node.status().cluster().orElseThrow().name()).startsWith("vault-cluster-");
    }

    @Test
    void initializesInOneCommit() {
      Node node = nodes.start(nodes.byHsm());
      Nodes.awaitUninitialized(node);
      node.init(Nodes.initRecovery(1, 1));

      assertThat(nodes.storage.commits()).isEqualTo(1);
    }

    @Test
    void staysEmptyWhereTheHsmHasNoKeyAndSucceedsOnceItIsMade() {
      Node node =
          nodes.start(
              Protection.by(
                  new FakeSeal(nodes.hsm, Nodes.PIN, false, true, java.time.Clock.systemUTC())));
      Nodes.awaitUninitialized(node);

      assertThatThrownBy(() -> node.init(Nodes.initRecovery(5, 3)))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("no key \"test\"");
      assertThat(nodes.storage.isEmpty()).isTrue();
      assertThat(node.status().initialized()).isFalse();

      nodes.hsm.makeKey();
      node.init(Nodes.initRecovery(5, 3));
      assertThat(node.state()).isInstanceOf(NodeState.Active.class);
    }

    @Test
    void leavesNothingWhereTheCommitOrBootstrapFails() {
      Node node = nodes.start(nodes.byHsm());
      Nodes.awaitUninitialized(node);
      nodes.storage.failNextCommit(new StorageFault.Full("no room", null));
      assertThatThrownBy(() -> node.init(Nodes.initRecovery(5, 3)))
          .isInstanceOf(StorageFault.Full.class);
      assertThat(nodes.storage.isEmpty()).isTrue();

      nodes.services.failNext(new IllegalStateException("bootstrap failed"));
      assertThatThrownBy(() -> node.init(Nodes.initRecovery(5, 3))).hasMessage("bootstrap failed");
      assertThat(nodes.storage.isEmpty()).isTrue();

      assertThat(node.init(Nodes.initRecovery(5, 3)).recoveryKeys()).hasSize(5);
    }

    @Test
    void leavesNothingWhereverTheHsmIsPulledDuringInit() {
      nodes.hsm.makeKey();
      Node node = nodes.start(nodes.byHsm());
      Nodes.awaitUninitialized(node);
      int failures = 0;
      boolean done = false;
      for (int step = 0; !done; step++) {
        for (int i = 0; i < step; i++) {
          nodes.hsm.onNextCall(() -> {});
        }
        nodes.hsm.onNextCall(nodes.hsm::pull);
        try {
          node.init(Nodes.initRecovery(5, 3));
          done = true;
        } catch (RefusedException e) {
          failures++;
          assertThat(nodes.storage.isEmpty()).isTrue();
          nodes.hsm.putBack();
        }
      }
      nodes.hsm.putBack();

      // Prove (login, wrap, unwrap), wrap and unwrap of both keys.
      assertThat(failures).isGreaterThanOrEqualTo(6);
      Nodes.awaitActive(node);
    }

    @Test
    void aCommitThatWasCutOffButTookEffectIsAnInitialization() {
      Node node = nodes.start(nodes.byHsm());
      Nodes.awaitUninitialized(node);
      nodes.storage.failNextCommit(new StorageFault.OutcomeUnknown("cut off", null));

      assertThat(node.init(Nodes.initRecovery(3, 2)).recoveryKeys()).hasSize(3);
      Nodes.awaitActive(node);
    }

    @Test
    void ofConcurrentInitializationsOneWins() throws Exception {
      Node node = nodes.start(Nodes.shares());
      Nodes.awaitUninitialized(node);
      AtomicInteger won = new AtomicInteger();
      AtomicInteger refused = new AtomicInteger();
      CountDownLatch start = new CountDownLatch(1);
      List<Thread> threads =
          java.util.stream.IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      Thread.ofVirtual()
                          .start(
                              () -> {
                                try {
                                  start.await();
                                  node.init(Nodes.initShares(3, 2));
                                  won.incrementAndGet();
                                } catch (RefusedException e) {
                                  refused.incrementAndGet();
                                } catch (InterruptedException e) {
                                  throw new AssertionError(e);
                                }
                              }))
              .toList();
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }

      assertThat(won).hasValue(1);
      assertThat(refused).hasValue(7);
    }

    @Test
    void refusesWhatCannotBeWithoutTouchingTheHsm() {
      Node node = nodes.start(nodes.byHsm());
      Nodes.awaitUninitialized(node);
      for (InitRequest bad :
          List.of(
              Nodes.initShares(5, 3),
              Nodes.initRecovery(5, 1),
              Nodes.initRecovery(3, 5),
              Nodes.initRecovery(256, 3),
              Nodes.initRecovery(-1, 1))) {
        assertThatThrownBy(() -> node.init(bad)).isInstanceOf(RefusedException.class);
      }
      assertThat(nodes.hsm.calls()).isZero();
    }

    @Test
    void refusesSharesToUnseal() {
      Node node = nodes.start(Nodes.shares());
      Nodes.awaitUninitialized(node);
      SecretBytes share = SecretBytes.allocate(33);

      assertThatThrownBy(() -> node.unseal(share)).isInstanceOf(RefusedException.class);
      assertThat(share.isClosed()).isTrue();
    }
  }

  @Nested
  class WhenSealedByShares {
    private InitResult init;

    private Node initialized(int shares, int threshold) {
      Node node = nodes.start(Nodes.shares());
      Nodes.awaitUninitialized(node);
      init = node.init(Nodes.initShares(shares, threshold));
      return node;
    }

    @Test
    void unsealsWithAnyQuorumAndShowsProgress() {
      Node node = initialized(5, 3);
      assertThat(node.status().sealed()).isTrue();
      assertThat(node.status().initialized()).isTrue();
      assertThat(node.status().recoverySeal()).isFalse();

      NodeStatus one = node.unseal(Nodes.share(init.keys().get(4)));
      assertThat(one.progress()).isEqualTo(1);
      assertThat(one.nonce()).hasSize(36);
      NodeStatus again = node.unseal(Nodes.share(init.keys().get(4)));
      assertThat(again.progress()).isEqualTo(1);
      NodeStatus two = node.unseal(Nodes.share(init.keys().get(0)));
      assertThat(two.progress()).isEqualTo(2);
      assertThat(two.nonce()).isEqualTo(one.nonce());
      NodeStatus three = node.unseal(Nodes.share(init.keys().get(2)));

      assertThat(three.sealed()).isFalse();
      assertThat(three.progress()).isZero();
      assertThat(node.state()).isInstanceOf(NodeState.Active.class);
    }

    @Test
    void unsealsWithTheOneKeyThatIsNotSharedOut() {
      Node node = initialized(1, 1);
      assertThat(init.keys().getFirst().content()).hasSize(32);

      assertThat(node.unseal(Nodes.share(init.keys().getFirst())).sealed()).isFalse();
    }

    @Test
    void tellsWrongSharesAfterTheLastAndStartsAnew() {
      Node node = initialized(3, 2);
      node.unseal(Nodes.share(init.keys().get(0)));
      SecretBytes wrong = wrongShare(init.keys().get(1));

      assertThatThrownBy(() -> node.unseal(wrong))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("not the right ones");
      assertThat(node.status().progress()).isZero();
      assertThat(node.status().obstacle().orElseThrow().kind())
          .isEqualTo(Obstacle.Kind.NEEDS_KEY_SHARES);

      node.unseal(Nodes.share(init.keys().get(0)));
      assertThat(node.unseal(Nodes.share(init.keys().get(1))).sealed()).isFalse();
    }

    @Test
    void sharesThatCannotBeCombinedAreRefusedAndForgotten() {
      Node node = initialized(3, 2);
      node.unseal(Nodes.share(init.keys().get(0)));

      assertThatThrownBy(() -> node.unseal(SecretBytes.random(20, new SecureRandom())))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("different lengths");
      assertThat(node.status().progress()).isZero();
    }

    @Test
    void resetForgetsTheShares() {
      Node node = initialized(3, 2);
      node.unseal(Nodes.share(init.keys().get(0)));

      assertThat(node.resetUnseal().progress()).isZero();
      assertThat(node.unseal(Nodes.share(init.keys().get(1))).sealed()).isTrue();
    }

    @Test
    void refusesASecondInitialization() {
      Node node = initialized(3, 2);

      assertThatThrownBy(() -> node.init(Nodes.initShares(3, 2)))
          .hasMessageContaining("already initialized");
    }

    @Test
    void waitsForSharesAfterARestartAndGivesBackWhatWasStored() {
      Node node = initialized(3, 2);
      unseal(node);
      nodes.services.barrier().commit(new Batch().put("a", "one".getBytes(UTF_8)));
      Node again = nodes.restart(Nodes.shares());
      Nodes.awaitObstacle(again, Obstacle.Kind.NEEDS_KEY_SHARES);
      unseal(again);

      assertThat(nodes.services.barrier().get("a")).contains("one".getBytes(UTF_8));
    }

    @Test
    void sharesGivenAtOnceDoNotCountForTheNextUnsealing() throws Exception {
      Node node = initialized(5, 2);
      for (int round = 0; round < 10; round++) {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> givers =
            init.keys().stream()
                .map(
                    share ->
                        Thread.ofPlatform()
                            .start(
                                () -> {
                                  try {
                                    start.await();
                                  } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                  }
                                  node.unseal(Nodes.share(share));
                                }))
                .toList();
        start.countDown();
        for (Thread giver : givers) {
          giver.join();
        }
        assertThat(node.status().sealed()).isFalse();
        node.seal();
        assertThat(node.status().progress()).isZero();
      }
    }

    @Test
    void sealingClosesServicesAndTheBarrierAndSharesOpenThemAgain() {
      Node node = initialized(3, 2);
      unseal(node);
      var barrier = nodes.services.barrier();
      node.seal();

      assertThat(node.status().sealed()).isTrue();
      assertThat(nodes.services.closed()).isEqualTo(1);
      assertThatThrownBy(() -> barrier.get("a")).isInstanceOf(StorageFault.Unavailable.class);
      assertThatThrownBy(node::seal).isInstanceOf(RefusedException.class);
      assertThatThrownBy(() -> node.dataKeys().status()).isInstanceOf(RefusedException.class);
      unseal(node);
      assertThat(nodes.services.opened()).isEqualTo(2);
    }

    @Test
    void servicesThatCannotBeOpenedLeaveItSealedWithAllKeysClosed() {
      Node node = initialized(3, 2);
      nodes.services.failNext(new IllegalStateException("mount table is odd"));
      node.unseal(Nodes.share(init.keys().get(0)));

      assertThatThrownBy(() -> node.unseal(Nodes.share(init.keys().get(1))))
          .isInstanceOf(RefusedException.class);
      assertThat(node.status().obstacle().orElseThrow().kind())
          .isEqualTo(Obstacle.Kind.SERVICE_FAILED);
      unseal(node);
    }

    private void unseal(Node node) {
      node.unseal(Nodes.share(init.keys().get(0)));
      assertThat(node.unseal(Nodes.share(init.keys().get(1))).sealed()).isFalse();
    }
  }

  @Nested
  class WhenSealedByTheHsm {
    private Node initialized() {
      Node node = nodes.start(nodes.byHsm());
      Nodes.awaitUninitialized(node);
      node.init(Nodes.initRecovery(3, 2));
      return node;
    }

    @Test
    void unsealsByItselfAfterARestart() {
      initialized();
      Nodes.awaitActive(nodes.restart(nodes.byHsm()));
    }

    @Test
    void saysWhyWhileTheHsmIsAwayAndUnsealsByItselfOnceItIsBack() {
      initialized();
      nodes.hsm.pull();
      Node node = nodes.restart(nodes.byHsm());
      Nodes.awaitObstacle(node, Obstacle.Kind.SEAL_UNREACHABLE);
      assertThat(node.status().initialized()).isTrue();
      assertThat(node.seals().getFirst().health().orElseThrow().healthy()).isFalse();
      int calls = nodes.hsm.calls();
      Nodes.await("it has tried again", () -> nodes.hsm.calls() > calls + 1);
      nodes.hsm.putBack();

      Nodes.awaitActive(node);
      assertThat(node.status().obstacle()).isEmpty();
    }

    @Test
    void goesOnServingWhileTheHsmIsAway() {
      Node node = initialized();
      nodes.hsm.pull();
      nodes.services.barrier().commit(new Batch().put("a", "one".getBytes(UTF_8)));

      assertThat(node.dataKeys().rotate().term()).isEqualTo(2);
      assertThat(nodes.services.barrier().get("a")).contains("one".getBytes(UTF_8));
      assertThat(node.state()).isInstanceOf(NodeState.Active.class);
    }

    @Test
    void triesAWrongPinOnceOnlyUntilReloaded() throws Exception {
      initialized();
      Node node = nodes.restart(nodes.byHsm("wrong"));
      Nodes.awaitObstacle(node, Obstacle.Kind.SEAL_PIN_REFUSED);
      Thread.sleep(1500);
      assertThat(nodes.hsm.wrongPins()).isEqualTo(1);

      node.reload();
      Nodes.await("it has tried once more", () -> nodes.hsm.wrongPins() == 2);
      assertThat(nodes.hsm.isLocked()).isFalse();
      Nodes.awaitActive(nodes.restart(nodes.byHsm()));
    }

    @Test
    void namesAKeyThatCannotOpenTheRecord() {
      initialized();
      nodes.hsm.removeKey();
      Node without = nodes.restart(nodes.byHsm());
      Nodes.awaitObstacle(without, Obstacle.Kind.SEAL_CONFIGURATION);
      nodes.hsm.makeKey();

      Nodes.awaitObstacle(without, Obstacle.Kind.WRAPPED_KEY_UNUSABLE);
      assertThat(without.status().initialized()).isTrue();
    }

    @Test
    void takesNoSharesAndStaysSealedWhereAnOperatorSealedIt() {
      Node node = initialized();
      node.seal();

      assertThat(node.status().obstacle().orElseThrow().kind())
          .isEqualTo(Obstacle.Kind.SEALED_BY_OPERATOR);
      assertThatThrownBy(() -> node.unseal(SecretBytes.random(33, new SecureRandom())))
          .isInstanceOf(RefusedException.class);
      node.reload();
      assertThat(node.status().sealed()).isTrue();
      Nodes.awaitActive(nodes.restart(nodes.byHsm()));
    }

    @Test
    void initializesWithoutRecoveryKeysWhereNoneAreAskedFor() {
      Node node = nodes.start(nodes.byHsm());
      Nodes.awaitUninitialized(node);

      assertThat(node.init(Nodes.initRecovery(0, 0)).recoveryKeys()).isEmpty();
      assertThatThrownBy(() -> node.rootGeneration().start("", ""))
          .hasMessageContaining("no recovery keys");
    }
  }

  @Nested
  class WhenSealedByHsmAndShares {
    private InitResult init;

    private Node initialized() {
      Node node = nodes.start(nodes.byHsmAndShares());
      Nodes.awaitUninitialized(node);
      init = node.init(Nodes.initShares(3, 2));
      return node;
    }

    @Test
    void takesBoth() {
      Node node = initialized();
      assertThat(node.status().recoverySeal()).isFalse();
      assertThat(node.status().type()).isEqualTo("pkcs11");
      nodes.hsm.pull();
      node.unseal(Nodes.share(init.keys().get(0)));
      assertThatThrownBy(() -> node.unseal(Nodes.share(init.keys().get(1))))
          .hasMessageContaining("away");
      assertThat(node.status().sealed()).isTrue();
      nodes.hsm.putBack();

      node.unseal(Nodes.share(init.keys().get(0)));
      assertThatThrownBy(() -> node.unseal(wrongShare(init.keys().get(1))))
          .hasMessageContaining("not the right ones");
      node.unseal(Nodes.share(init.keys().get(2)));
      assertThat(node.unseal(Nodes.share(init.keys().get(1))).sealed()).isFalse();
    }

    @Test
    void sharesAloneDoNotOpenWhatIsStored() {
      initialized();
      Node withoutHsm = nodes.restart(Nodes.shares());
      Nodes.awaitObstacle(withoutHsm, Obstacle.Kind.SEAL_MIGRATION);

      for (boolean migrate : new boolean[] {false, true}) {
        assertThatThrownBy(() -> withoutHsm.unseal(Nodes.share(init.keys().get(0)), migrate))
            .isInstanceOf(RefusedException.class)
            .hasMessageContaining("put its stanza back");
      }
    }

    @Test
    void theHsmAloneDoesNotOpenWhatIsStored() {
      initialized();
      Node withoutShares = nodes.restart(nodes.byHsm());

      Nodes.awaitObstacle(withoutShares, Obstacle.Kind.SEAL_MIGRATION);
      withoutShares.unseal(wrongShare(init.keys().get(0)), true);
      assertThatThrownBy(() -> withoutShares.unseal(wrongShare(init.keys().get(1)), true))
          .hasMessageContaining("not the right ones");
      assertThat(withoutShares.status().sealed()).isTrue();
    }
  }

  @Nested
  class WhenStorageIsOdd {
    @Test
    void entriesWithoutASealRecordAreNeverCalledUninitialized() {
      nodes.storage.commit(new Batch().put("logical/x/y", new byte[] {1}));
      Node node = nodes.start(nodes.byHsm());
      Nodes.awaitObstacle(node, Obstacle.Kind.STORAGE_DAMAGED);

      assertThat(node.status().initialized()).isTrue();
      assertThat(node.status().obstacle().orElseThrow().message()).contains("logical/");
      assertThatThrownBy(() -> node.init(Nodes.initRecovery(3, 2)))
          .isInstanceOf(RefusedException.class);
    }

    @Test
    void aDamagedSealRecordOrAMissingKeyringIsNamed() {
      Node node = nodes.start(nodes.byHsm());
      Nodes.awaitUninitialized(node);
      node.init(Nodes.initRecovery(3, 2));
      byte[] record = nodes.storage.get("core/seal-config").orElseThrow();
      byte[] damaged = record.clone();
      damaged[10] ^= 1;
      nodes.storage.commit(new Batch().put("core/seal-config", damaged));
      Node second = nodes.restart(nodes.byHsm());
      Nodes.awaitObstacle(second, Obstacle.Kind.STORAGE_DAMAGED);
      assertThat(second.status().obstacle().orElseThrow().message()).contains("core/seal-config");

      nodes.storage.commit(new Batch().put("core/seal-config", record).delete("core/keyring"));
      Node third = nodes.restart(nodes.byHsm());
      Nodes.awaitObstacle(third, Obstacle.Kind.STORAGE_DAMAGED);
      assertThat(third.status().obstacle().orElseThrow().message()).contains("core/keyring");
    }

    @Test
    void waitsForStorageThatIsNotThereYet() {
      nodes.storage.failReading(Optional.of(new StorageFault.Unavailable("no leader", null)));
      Node node = nodes.start(nodes.byHsm());
      Nodes.awaitObstacle(node, Obstacle.Kind.STORAGE_UNAVAILABLE);
      assertThat(node.status().initialized()).isTrue();
      assertThatThrownBy(() -> node.init(Nodes.initRecovery(3, 2)))
          .isInstanceOf(RefusedException.class);
      nodes.storage.failReading(Optional.empty());

      Nodes.awaitUninitialized(node);
    }
  }

  @Test
  void opensServicesOnlyWhileItLeads() {
    AtomicBoolean leads = new AtomicBoolean(true);
    Leadership leadership =
        new Leadership() {
          @Override
          public boolean isLeader() {
            return leads.get();
          }

          @Override
          public Optional<String> leaderAddress() {
            return leads.get() ? Optional.empty() : Optional.of("http://127.0.0.2:8200");
          }

          @Override
          public void stepDown() {
            leads.set(false);
          }
        };
    Node node = nodes.start(nodes.byHsm(), leadership);
    Nodes.awaitUninitialized(node);
    node.init(Nodes.initRecovery(1, 1));
    leadership.stepDown();
    Nodes.await("standby", () -> node.state() instanceof NodeState.Standby);

    assertThat(node.status().sealed()).isFalse();
    assertThat(((NodeState.Standby) node.state()).leaderAddress())
        .contains("http://127.0.0.2:8200");
    Nodes.await("closed", () -> nodes.services.closed() == 1);
    assertThatThrownBy(() -> node.dataKeys().rotate()).isInstanceOf(RefusedException.class);
    leads.set(true);
    Nodes.awaitActive(node);
    assertThat(nodes.services.opened()).isEqualTo(2);
  }
}
