package strongroom.barrier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.Page;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;
import strongroom.testkit.FaultyStorage;

class BarrierTest {
  private final SecureRandom random = new SecureRandom();
  private final SecretBytes rootKey = SecretBytes.random(32, random);
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-02T03:04:05Z"));
  private final Clock clock =
      new Clock() {
        @Override
        public java.time.ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now.get();
        }
      };
  private final FaultyStorage physical = new FaultyStorage();
  private final Barrier barrier = Barrier.create(physical, rootKey, Sources.of(clock, random));

  @Test
  void givesBackWhatWasWrittenAlsoAfterReopening() {
    put("secret/a", "one");
    put("secret/empty", "");

    assertThat(text(barrier, "secret/a")).isEqualTo("one");
    Barrier again = reopen();
    assertThat(text(again, "secret/a")).isEqualTo("one");
    assertThat(text(again, "secret/empty")).isEmpty();
    assertThat(again.get("secret/none")).isEmpty();
  }

  @Test
  void listsAndDeletesAsTheStorageBelow() {
    barrier.commit(new Batch().put("a/b", bytes("1")).put("a/c/d", bytes("2")));
    barrier.commit(new Batch().delete("a/b"));

    assertThat(barrier.list("a/", "", 10)).isEqualTo(new Page(List.of("c/"), false));
    assertThat(barrier.get("a/b")).isEmpty();
  }

  @Test
  void storageSeesNoPlaintextAndNeverTheSameCiphertextTwice() {
    String marker = "marker-of-this-test";
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      put("secret/a", marker);
      String stored = new String(physical.get("secret/a").orElseThrow(), UTF_8);
      assertThat(stored).doesNotContain(marker);
      assertThat(seen.add(stored)).isTrue();
    }
  }

  @Test
  void refusesAValueMovedToAnotherPath() {
    put("secret/a", "one");
    physical.commit(new Batch().put("secret/b", physical.get("secret/a").orElseThrow()));

    assertThatThrownBy(() -> barrier.get("secret/b"))
        .isInstanceOf(StorageFault.Damaged.class)
        .hasMessageContaining("secret/b");
  }

  @Test
  void refusesEveryFlippedByteAndEveryCutByPath() {
    put("secret/a", "one");
    byte[] stored = physical.get("secret/a").orElseThrow();
    for (int i = 0; i < stored.length; i++) {
      byte[] flipped = stored.clone();
      flipped[i] ^= 0x10;
      refused(flipped);
      refused(java.util.Arrays.copyOf(stored, i));
    }
  }

  private void refused(byte[] value) {
    physical.commit(new Batch().put("secret/a", value));
    assertThatThrownBy(() -> barrier.get("secret/a"))
        .isInstanceOf(StorageFault.Damaged.class)
        .hasMessageContaining("secret/a");
  }

  @Test
  void anotherRootKeyIsToldApartFromADamagedKeyring() {
    byte[] keyring = physical.get(Keyring.PATH).orElseThrow();
    try (SecretBytes other = SecretBytes.random(32, random)) {
      assertThatThrownBy(() -> Barrier.open(physical, other, Sources.of(clock, random)))
          .isInstanceOf(BarrierFault.WrongRootKey.class);
    }
    for (int i = 33; i < keyring.length; i++) {
      byte[] flipped = keyring.clone();
      flipped[i] ^= 1;
      physical.commit(new Batch().put(Keyring.PATH, flipped));
      assertThatThrownBy(this::reopen).isInstanceOf(StorageFault.Damaged.class);
    }
    physical.commit(new Batch().delete(Keyring.PATH));
    assertThatThrownBy(this::reopen)
        .isInstanceOf(StorageFault.Damaged.class)
        .hasMessageContaining(Keyring.PATH);
  }

  @Test
  void cannotBeUsedToWriteWhatIsStoredOutsideIt() {
    for (String path : Barrier.OUTSIDE) {
      assertThatThrownBy(() -> put(path, "x")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> barrier.commit(new Batch().delete(path)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(reopen().keyStatus().term()).isEqualTo(1);
  }

  @Test
  void servesNothingOnceClosed() {
    put("secret/a", "one");
    barrier.close();
    barrier.close();

    assertThatThrownBy(() -> barrier.get("secret/a")).isInstanceOf(StorageFault.Unavailable.class);
    assertThatThrownBy(() -> put("secret/a", "two")).isInstanceOf(StorageFault.Unavailable.class);
    assertThatThrownBy(() -> barrier.list("", "", 1)).isInstanceOf(StorageFault.Unavailable.class);
    assertThatThrownBy(barrier::rotate).isInstanceOf(StorageFault.Unavailable.class);
    assertThat(text(reopen(), "secret/a")).isEqualTo("one");
  }

  @Nested
  class WhenRotating {
    @Test
    void newValuesUseTheNewTermAndOldOnesStayReadable() {
      put("secret/a", "one");
      now.set(now.get().plusSeconds(5));
      KeyStatus status = barrier.rotate();
      put("secret/b", "two");

      assertThat(status.term()).isEqualTo(2);
      assertThat(status.installedAt()).isEqualTo(now.get());
      assertThat(Envelope.term(physical.get("secret/b").orElseThrow())).isEqualTo(2);
      Barrier again = reopen();
      assertThat(text(again, "secret/a")).isEqualTo("one");
      assertThat(text(again, "secret/b")).isEqualTo("two");
      assertThat(again.keyStatus().term()).isEqualTo(2);
    }

    @Test
    void anotherNodeTakesUpATermItDoesNotKnow() {
      Barrier standby = reopen();
      barrier.rotate();
      barrier.rotate();
      put("secret/a", "one");

      assertThat(text(standby, "secret/a")).isEqualTo("one");
      assertThat(standby.keyStatus().term()).isEqualTo(3);
    }

    @Test
    void aNodeThatWritesAfterAnotherLosesNothingOfItsKeyring() {
      Barrier other = reopen();
      barrier.rotate();
      put("secret/a", "one");
      other.setRotation(
          new RotationSettings(false, RotationSettings.OPERATIONS_LIMIT, Duration.ZERO));
      other.rotate();

      assertThat(other.keyStatus().term()).isEqualTo(3);
      assertThat(text(reopen(), "secret/a")).isEqualTo("one");
      assertThat(reopen().rotationSettings().enabled()).isFalse();
    }

    @Test
    void refreshingTakesUpAnotherNodesTermAndCount() {
      Barrier other = reopen();
      put("secret/a", "one");
      other.refresh();
      assertThat(other.keyStatus().encryptions()).isGreaterThanOrEqualTo(1);
      barrier.rotate();
      other.refresh();

      assertThat(other.keyStatus().term()).isEqualTo(2);
    }

    @Test
    void aRotationThatCannotBeStoredChangesNothing() {
      physical.failNextCommit(new StorageFault.Full("no room in /data", null));

      assertThatThrownBy(barrier::rotate).isInstanceOf(StorageFault.Full.class);
      put("secret/a", "one");
      assertThat(barrier.keyStatus().term()).isEqualTo(1);
      assertThat(text(reopen(), "secret/a")).isEqualTo("one");
    }

    @Test
    void happensByItselfAtTheAgeThatIsSet() {
      assertThat(barrier.rotateWhenOld()).isFalse();
      barrier.setRotation(
          new RotationSettings(true, RotationSettings.OPERATIONS_LIMIT, Duration.ofHours(24)));
      now.set(now.get().plus(Duration.ofHours(23)));
      assertThat(barrier.rotateWhenOld()).isFalse();
      now.set(now.get().plus(Duration.ofHours(1)));

      assertThat(barrier.rotateWhenOld()).isTrue();
      assertThat(barrier.rotateWhenOld()).isFalse();
      assertThat(barrier.keyStatus().term()).isEqualTo(2);
      assertThat(reopen().rotationSettings().interval()).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void happensByItselfAtTheCountThatIsSet() {
      barrier.setRotation(
          new RotationSettings(true, RotationSettings.OPERATIONS_MIN, Duration.ZERO));
      Term first = firstTerm();
      assertThat(first.use((int) RotationSettings.OPERATIONS_MIN)).isFalse();
      put("secret/a", "one");

      assertThat(barrier.keyStatus().term()).isEqualTo(2);
      assertThat(barrier.keyStatus().encryptions()).isEqualTo(1);
      assertThat(text(reopen(), "secret/a")).isEqualTo("one");
    }

    @Test
    void noKeyEncryptsBeyondTheLimitEvenWhereRotationIsOff() {
      barrier.setRotation(
          new RotationSettings(false, RotationSettings.OPERATIONS_MIN, Duration.ZERO));
      Term first = firstTerm();
      first.use((int) RotationSettings.OPERATIONS_MIN * 2);
      put("secret/a", "one");
      assertThat(barrier.keyStatus().term()).isEqualTo(1);
      for (int i = 0; i < 2; i++) {
        first.use(Integer.MAX_VALUE);
      }
      put("secret/a", "two");

      assertThat(barrier.keyStatus().term()).isEqualTo(2);
    }

    private Term firstTerm() {
      return barrier.currentTerm();
    }
  }

  @Nested
  class WhenCounting {
    @Test
    void aCrashMakesTheCountTooHighAndNeverTooLow() {
      for (int i = 0; i < 10; i++) {
        put("secret/" + i, "x");
      }

      assertThat(barrier.keyStatus().encryptions()).isEqualTo(10);
      assertThat(reopen().keyStatus().encryptions())
          .isBetween(10L, 10L + KeyringStore.BLOCK_ENCRYPTIONS);
    }

    @Test
    void nothingIsEncryptedThatStorageDoesNotCount() {
      physical.failNextCommit(new StorageFault.Full("no room in /data", null));

      assertThatThrownBy(() -> put("secret/a", "one")).isInstanceOf(StorageFault.Full.class);
      put("secret/a", "two");
      assertThat(reopen().keyStatus().encryptions()).isGreaterThanOrEqualTo(2);
    }
  }

  @Nested
  class WhenTheRootKeyChanges {
    private final SecretBytes next = SecretBytes.random(32, random);

    @Test
    void theNewOneOpensAndTheOldOneDoesNot() {
      put("secret/a", "one");
      barrier.changeRootKey(next, new Batch().put("core/seal-config", bytes("record")));
      barrier.rotate();

      assertThat(barrier.isRootKey(next)).isTrue();
      assertThat(physical.get("core/seal-config")).contains(bytes("record"));
      assertThatThrownBy(() -> reopen()).isInstanceOf(BarrierFault.WrongRootKey.class);
      assertThat(text(Barrier.open(physical, next, Sources.of(clock, random)), "secret/a"))
          .isEqualTo("one");
    }

    @Test
    void aFailedChangeLeavesTheOldOne() {
      physical.failNextCommit(new StorageFault.Full("no room in /data", null));

      assertThatThrownBy(() -> barrier.changeRootKey(next, new Batch()))
          .isInstanceOf(StorageFault.Full.class);
      assertThat(barrier.isRootKey(rootKey)).isTrue();
      barrier.rotate();
      assertThat(reopen().keyStatus().term()).isEqualTo(2);
    }

    @Test
    void aCommitThatWasCutOffButTookEffectCounts() {
      physical.failNextCommit(new StorageFault.OutcomeUnknown("cut off", null));
      barrier.changeRootKey(next, new Batch());

      assertThat(barrier.isRootKey(next)).isTrue();
      barrier.rotate();
      assertThat(Barrier.open(physical, next, Sources.of(clock, random)).keyStatus().term())
          .isEqualTo(2);
    }

    @Test
    void aNodeWithTheOldOneNeverOverwritesTheKeyring() {
      Barrier other = reopen();
      barrier.changeRootKey(next, new Batch());

      assertThatThrownBy(other::rotate).isInstanceOf(BarrierFault.WrongRootKey.class);
      assertThat(Barrier.open(physical, next, Sources.of(clock, random)).keyStatus().term())
          .isEqualTo(1);
    }
  }

  private Barrier reopen() {
    return Barrier.open(physical, rootKey, Sources.of(clock, random));
  }

  private void put(String path, String value) {
    barrier.commit(new Batch().put(path, bytes(value)));
  }

  private static String text(Storage storage, String path) {
    return new String(storage.get(path).orElseThrow(), UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
