package strongroom.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.secret.SecretBytes;

/** What every seal must do. A seal's own test extends it. */
public abstract class SealContract {
  private final SecretBytes secret = SecretBytes.random(32, new SecureRandom());

  /** For the seal's own test. */
  protected SealContract() {}

  /** A seal that works, its key in place. */
  protected abstract Seal seal();

  /** A seal on another key. */
  protected abstract Seal otherSeal();

  @Test
  void provesItself() {
    seal().prove(false);

    assertThat(seal().health().healthy()).isTrue();
    assertThat(seal().health().reason()).isEmpty();
    assertThat(seal().health().lastSuccess()).isPresent();
  }

  @Test
  void unwrapsForTheSamePurposeOnly() {
    for (Seal.Purpose purpose : Seal.Purpose.values()) {
      byte[] wrapped = seal().wrap(purpose, secret);
      for (Seal.Purpose other : Seal.Purpose.values()) {
        if (other == purpose) {
          try (SecretBytes back = seal().unwrap(other, wrapped)) {
            assertThat(back.contentEquals(secret)).isTrue();
          }
        } else {
          assertThatThrownBy(() -> seal().unwrap(other, wrapped))
              .isInstanceOf(SealFault.Data.class);
        }
      }
    }
  }

  @Test
  void wrapsDifferentlyEachTimeAndNeverInTheClear() {
    byte[] first = seal().wrap(Seal.Purpose.ROOT_KEY, secret);
    byte[] second = seal().wrap(Seal.Purpose.ROOT_KEY, secret);

    assertThat(first).isNotEqualTo(second);
    assertThat(indexOf(first, secret.withHeapCopy(byte[]::clone))).isNegative();
  }

  @Test
  void wrapsSecretsOfOtherLengths() {
    for (int length : new int[] {1, 16, 61, 500}) {
      try (SecretBytes other = SecretBytes.random(length, new SecureRandom());
          SecretBytes back =
              seal().unwrap(Seal.Purpose.ROOT_KEY, seal().wrap(Seal.Purpose.ROOT_KEY, other))) {
        assertThat(back.contentEquals(other)).isTrue();
      }
    }
  }

  @Test
  void refusesWhatIsDamaged() {
    byte[] wrapped = seal().wrap(Seal.Purpose.ROOT_KEY, secret);
    for (int i = 0; i < wrapped.length; i++) {
      byte[] flipped = wrapped.clone();
      flipped[i] ^= 0x20;
      assertThatThrownBy(() -> seal().unwrap(Seal.Purpose.ROOT_KEY, flipped))
          .isInstanceOf(SealFault.class);
    }
    for (int length : new int[] {0, 1, wrapped.length / 2, wrapped.length - 1}) {
      byte[] cut = Arrays.copyOf(wrapped, length);
      assertThatThrownBy(() -> seal().unwrap(Seal.Purpose.ROOT_KEY, cut))
          .isInstanceOf(SealFault.class);
    }
  }

  @Test
  void refusesWhatAnotherKeyWrapped() {
    byte[] wrapped = otherSeal().wrap(Seal.Purpose.ROOT_KEY, secret);

    assertThatThrownBy(() -> seal().unwrap(Seal.Purpose.ROOT_KEY, wrapped))
        .isInstanceOf(SealFault.class);
  }

  private static int indexOf(byte[] text, byte[] part) {
    for (int at = 0; at + part.length <= text.length; at++) {
      if (Arrays.equals(text, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    return -1;
  }
}
