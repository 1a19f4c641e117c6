package strongroom.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import strongroom.seal.SealRecord.WrappedKey;

class SealRecordTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  private final SealRecord record =
      new SealRecord(
          Optional.empty(),
          Optional.of(new Split(3, 2, List.of("aa", "bb", "cc"))),
          List.of(key("one")),
          List.of(key("recovery")));

  @Test
  void comesBackAsItWasStored() {
    SealRecord back = SealRecord.fromBytes(record.toBytes());

    assertThat(back.unsealShares()).isEmpty();
    assertThat(back.recoveryShares()).isEqualTo(record.recoveryShares());
    assertThat(back.rootKeys()).usingRecursiveComparison().isEqualTo(record.rootKeys());
    assertThat(back.recoveryKeys()).usingRecursiveComparison().isEqualTo(record.recoveryKeys());
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
      byte[] cut = java.util.Arrays.copyOf(stored, length);
      assertThatThrownBy(() -> SealRecord.fromBytes(cut)).isInstanceOf(SealFault.Data.class);
    }
  }

  @Test
  void keepsTheLastCopiesOfAReplacedKey() {
    SealRecord replaced = record;
    for (int i = 2; i <= 7; i++) {
      replaced = replaced.withRootKey(key("copy " + i), Optional.of(new Split(5, 3, List.of())));
    }

    assertThat(replaced.rootKeys().stream().map(WrappedKey::sealName))
        .containsExactly("copy 7", "copy 6", "copy 5", "copy 4");
    assertThat(replaced.unsealShares()).contains(new Split(5, 3, List.of()));
  }

  private static WrappedKey key(String name) {
    return new WrappedKey("pkcs11", name, NOW, new byte[] {1, 2, 3});
  }
}
