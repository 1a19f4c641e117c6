package strongroom.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import strongroom.secret.SecretBytes;

class BreakGlassCopyTest {
  private final SecureRandom random = new SecureRandom();
  private final BreakGlassCopy.Source source =
      new BreakGlassCopy.Source(Instant.parse("2026-01-02T03:04:05Z"), random);
  private final Split split = new Split(3, 2, List.of());
  private final SecretBytes key = SecretBytes.random(32, random);
  private final SecretBytes rootKey = SecretBytes.random(32, random);
  private final BreakGlassCopy copy = BreakGlassCopy.make(key, split, rootKey, 4, source);

  @Test
  void opensByItsKeyAfterItWasStored() {
    BreakGlassCopy read = BreakGlassCopy.fromBytes(copy.toBytes());

    assertThat(read.split()).isEqualTo(split);
    assertThat(read.rootNumber()).isEqualTo(4);
    assertThat(read.open(key).contentEquals(rootKey)).isTrue();
    assertThat(read.identity()).isEqualTo(copy.identity());
  }

  @Test
  void takesANewRootKeyWithoutItsKeyAndTheSameHoldersOpenIt() {
    SecretBytes next = SecretBytes.random(32, random);
    BreakGlassCopy renewed = copy.withRootKey(next, 5, source);

    assertThat(renewed.open(key).contentEquals(next)).isTrue();
    assertThat(renewed.identity()).isEqualTo(copy.identity());
    assertThat(renewed.rootCopy()).isNotEqualTo(copy.withRootKey(next, 5, source).rootCopy());
  }

  @Test
  void isNotOpenedByAnyOtherKey() {
    for (SecretBytes wrong :
        List.of(SecretBytes.random(32, random), SecretBytes.random(31, random), rootKey)) {
      assertThatThrownBy(() -> copy.open(wrong)).isInstanceOf(SealFault.Data.class);
    }
  }

  @Test
  void aCopyOfOneNumberDoesNotStandForAnother() {
    BreakGlassCopy shifted =
        new BreakGlassCopy(
            split,
            copy.madeAt(),
            copy.publicPart(),
            copy.lockedPrivatePart(),
            5,
            copy.copiedAt(),
            copy.rootCopy());
    assertThatThrownBy(() -> shifted.open(key)).isInstanceOf(SealFault.Data.class);
  }

  @Test
  void holdersWhosePublicKeyWasExchangedAreNoticed() {
    BreakGlassCopy other = BreakGlassCopy.make(key, split, rootKey, 4, source);
    BreakGlassCopy mixed =
        new BreakGlassCopy(
            split,
            copy.madeAt(),
            other.publicPart(),
            copy.lockedPrivatePart(),
            4,
            copy.copiedAt(),
            other.rootCopy());
    assertThat(mixed.identity()).isNotEqualTo(copy.identity());
    assertThatThrownBy(() -> mixed.open(key)).isInstanceOf(SealFault.Data.class);
  }

  @Test
  void everyPartOfTheRootKeysCopyIsAuthenticated() {
    byte[] box = copy.rootCopy();
    for (int at = 0; at < box.length; at += 7) {
      byte[] changed = box.clone();
      changed[at] ^= 1;
      BreakGlassCopy damaged =
          new BreakGlassCopy(
              split,
              copy.madeAt(),
              copy.publicPart(),
              copy.lockedPrivatePart(),
              4,
              copy.copiedAt(),
              changed);
      assertThatThrownBy(() -> damaged.open(key))
          .as("byte %d", at)
          .isInstanceOf(SealFault.Data.class);
    }
  }

  @Test
  void whatWasDamagedInStorageIsNotRead() {
    byte[] stored = copy.toBytes();
    for (int at = 0; at < stored.length; at += 101) {
      byte[] changed = stored.clone();
      changed[at] ^= 1;
      assertThatThrownBy(() -> BreakGlassCopy.fromBytes(changed))
          .isInstanceOf(SealFault.Data.class);
      byte[] cut = Arrays.copyOf(stored, at);
      assertThatThrownBy(() -> BreakGlassCopy.fromBytes(cut)).isInstanceOf(SealFault.Data.class);
    }
  }

  @Test
  void tellsNothingOfItself() {
    assertThat(copy.toString()).isEqualTo("BreakGlassCopy[2 of 3 2026-01-02T03:04:05Z]");
  }
}
