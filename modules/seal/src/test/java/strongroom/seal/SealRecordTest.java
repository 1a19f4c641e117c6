package strongroom.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import strongroom.seal.SealRecord.WrappedKey;

class SealRecordTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  private final SealRecord record =
      SealRecord.of(
          Optional.empty(),
          Optional.of(new Split(3, 2, List.of("aa", "bb", "cc"))),
          List.of(key(1, "one")),
          List.of(key(1, "recovery")));

  @Test
  void comesBackAsItWasStored() {
    SealRecord back = SealRecord.fromBytes(record.toBytes());

    assertThat(back.unsealShares()).isEmpty();
    assertThat(back.recoveryShares()).isEqualTo(record.recoveryShares());
    assertThat(back.rootKeys()).usingRecursiveComparison().isEqualTo(record.rootKeys());
    assertThat(back.recoveryKeys()).usingRecursiveComparison().isEqualTo(record.recoveryKeys());
  }

  @Test
  void remembersTheKeyOfASealAndTheRotationUnderWay() {
    SealRecord.ChosenKey first =
        new SealRecord.ChosenKey("a", "label \"m\"", new SealKey("m", "01"), true);
    SealRecord.ChosenKey second =
        new SealRecord.ChosenKey("a", "label \"m\"", new SealKey("m", "02"), false);
    SealRecord under = record.withChosenKey(first).withRotation(Optional.of(second));

    assertThat(SealRecord.fromBytes(under.toBytes()).chosenKeys()).containsExactly(first);
    assertThat(SealRecord.fromBytes(under.toBytes()).rotation()).contains(second);
    SealRecord done = under.withRootKeys(List.of(key(1, "a")), Optional.empty());
    assertThat(done.withChosenKey(second).chosenKeys()).containsExactly(second);
    assertThat(done.withChosenKey(second).rotation()).isEmpty();
  }

  @Test
  void everyFlippedBitIsNoticed() {
    byte[] stored = record.toBytes();
    for (int i = 0; i < stored.length * 8; i++) {
      byte[] damaged = stored.clone();
      damaged[i / 8] ^= (byte) (1 << (i % 8));
      assertThatThrownBy(() -> SealRecord.fromBytes(damaged)).isInstanceOf(SealFault.Data.class);
    }
  }

  @Test
  void everyCutIsNoticed() {
    byte[] stored = record.toBytes();
    for (int length = 0; length < stored.length; length++) {
      byte[] cut = Arrays.copyOf(stored, length);
      assertThatThrownBy(() -> SealRecord.fromBytes(cut)).isInstanceOf(SealFault.Data.class);
    }
  }

  @Test
  void keepsTheLastCopiesOfAReplacedKey() {
    SealRecord replaced = record;
    for (int i = 2; i <= 7; i++) {
      replaced =
          replaced.withRootKeys(
              List.of(key(i, "a"), key(i, "b")), Optional.of(new Split(5, 3, List.of())));
    }

    assertThat(replaced.rootKeys().stream().map(k -> k.number() + k.sealName()))
        .containsExactly("7a", "7b", "6a", "6b", "5a", "5b", "4a", "4b", "1one");
    assertThat(replaced.unsealShares()).contains(new Split(5, 3, List.of()));
    assertThat(replaced.rootNumber()).isEqualTo(7);
  }

  @Test
  void theNewestCopyOfEachSealThatHasTheNewestKeyCounts() {
    SealRecord several =
        record
            .withRootKeys(List.of(key(2, "a")), Optional.empty())
            .withRootKeys(List.of(key(2, "b")), Optional.empty())
            .withRootKeys(List.of(key(2, "a")), Optional.empty());

    assertThat(several.currentRootKeys().stream().map(WrappedKey::sealName))
        .containsExactly("a", "b");
    assertThat(several.rootKeys()).hasSize(4);
    assertThat(several.currentRecoveryKeys()).hasSize(1);
  }

  @Test
  void readsTheFormatThatHadNoNumbers() {
    byte[] body =
        HexFormat.of()
            .parseHex(
                // No unseal shares; one recovery share of one, without holders.
                "01"
                    + "00"
                    + "01"
                    + "0001"
                    + "0001"
                    + "0000"
                    // Two root keys by pkcs11 "a" and "b", and no recovery key.
                    + "0002"
                    + "0006706b63733131"
                    + "000161"
                    + "0000019b7c000000"
                    + "00000002"
                    + "0708"
                    + "0006706b63733131"
                    + "000162"
                    + "0000019b7b000000"
                    + "00000001"
                    + "09"
                    + "0000");
    byte[] stored = Arrays.copyOf(body, body.length + 32);
    System.arraycopy(sha256(body), 0, stored, body.length, 32);

    SealRecord old = SealRecord.fromBytes(stored);

    assertThat(old.rootKeys().stream().map(k -> k.number() + k.sealName()))
        .containsExactly("2a", "1b");
    assertThat(old.rootKeys().getFirst().wrapped()).containsExactly(7, 8);
    assertThat(old.currentRootKeys()).hasSize(1);
    assertThat(old.recoveryShares()).contains(new Split(1, 1, List.of()));
    assertThat(SealRecord.fromBytes(old.toBytes()).rootKeys())
        .usingRecursiveComparison()
        .isEqualTo(old.rootKeys());
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static WrappedKey key(int number, String name) {
    return new WrappedKey(number, "pkcs11", name, NOW, new byte[] {1, 2, 3});
  }
}
