package strongroom.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import strongroom.secret.SecretBytes;

class ShamirSealTest {
  private final SecureRandom random = new SecureRandom();
  private final SecretBytes key = SecretBytes.random(32, random);
  private final ShamirSeal seal = new ShamirSeal(key, Clock.systemUTC(), random);
  private final SecretBytes rootKey = SecretBytes.random(32, random);

  @Test
  void unwrapsWhatItWrapped() {
    byte[] wrapped = seal.wrap(Seal.Purpose.ROOT_KEY, rootKey);

    assertThat(seal.unwrap(Seal.Purpose.ROOT_KEY, wrapped).contentEquals(rootKey)).isTrue();
    seal.prove(true);
  }

  @Test
  void refusesAnotherPurpose() {
    byte[] wrapped = seal.wrap(Seal.Purpose.RECOVERY_KEY, rootKey);

    assertThatThrownBy(() -> seal.unwrap(Seal.Purpose.ROOT_KEY, wrapped))
        .isInstanceOf(SealFault.Data.class);
  }

  @Test
  void refusesAnotherKey() {
    byte[] wrapped = seal.wrap(Seal.Purpose.ROOT_KEY, rootKey);
    SecretBytes otherKey = SecretBytes.random(32, random);
    ShamirSeal other = new ShamirSeal(otherKey, Clock.systemUTC(), random);

    assertThatThrownBy(() -> other.unwrap(Seal.Purpose.ROOT_KEY, wrapped))
        .isInstanceOf(SealFault.Data.class);
  }

  @Test
  void refusesEveryFlippedByteAndEveryCut() {
    byte[] wrapped = seal.wrap(Seal.Purpose.ROOT_KEY, rootKey);
    for (int i = 0; i < wrapped.length; i++) {
      byte[] flipped = wrapped.clone();
      flipped[i] ^= 1;
      assertThatThrownBy(() -> seal.unwrap(Seal.Purpose.ROOT_KEY, flipped))
          .isInstanceOf(SealFault.Data.class);
      byte[] cut = java.util.Arrays.copyOf(wrapped, i);
      assertThatThrownBy(() -> seal.unwrap(Seal.Purpose.ROOT_KEY, cut))
          .isInstanceOf(SealFault.Data.class);
    }
  }

  @Test
  void refusesAKeyOfAnotherLength() {
    assertThatThrownBy(() -> new ShamirSeal(SecretBytes.allocate(31), Clock.systemUTC(), random))
        .isInstanceOf(SealFault.Data.class);
  }

  @Test
  void holdsNoKeyOnceClosed() {
    byte[] wrapped = seal.wrap(Seal.Purpose.ROOT_KEY, rootKey);
    seal.close();

    assertThatThrownBy(() -> seal.unwrap(Seal.Purpose.ROOT_KEY, wrapped))
        .isInstanceOf(IllegalStateException.class);
    assertThat(key.isClosed()).isFalse();
  }
}
