package strongroom.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import strongroom.managed.keys.ManagedKey;
import strongroom.managed.keys.ManagedKeyFault;
import strongroom.managed.keys.SignatureScheme;
import strongroom.secret.SecretBytes;

/** What every managed key must do, whatever it signs or encrypts by. */
public abstract class ManagedKeyContract {
  private static final byte[] MESSAGE = "what is to be signed".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NO_AAD = new byte[0];

  /** For the key's own test. */
  protected ManagedKeyContract() {}

  /** A key that works. */
  protected abstract ManagedKey key();

  /** Whether it binds associated data. */
  protected abstract boolean bindsAad();

  /** By Java's own cryptography and the public half: whether the signature is right. */
  protected abstract boolean rightByJava(
      byte[] publicKey, SignatureScheme scheme, byte[] message, byte[] signature);

  private boolean signs() {
    return !key().schemes().isEmpty();
  }

  @Test
  void signsWhatTheWorldVerifiesOrDoesNotSignAtAll() {
    for (SignatureScheme scheme : key().schemes()) {
      byte[] signature = key().sign(scheme, MESSAGE);
      assertThat(rightByJava(key().publicKey().orElseThrow(), scheme, MESSAGE, signature)).isTrue();
      assertThat(key().verify(scheme, MESSAGE, signature)).isTrue();
    }
    for (SignatureScheme.Kind kind : SignatureScheme.Kind.values()) {
      SignatureScheme scheme = new SignatureScheme(kind, SignatureScheme.Hash.SHA256);
      if (key().schemes().stream().noneMatch(s -> s.kind() == kind)) {
        assertThatThrownBy(() -> key().sign(scheme, MESSAGE))
            .isInstanceOf(ManagedKeyFault.Unsupported.class);
      }
    }
  }

  @Test
  void aSignatureOfAnythingElseIsNotRight() {
    for (SignatureScheme scheme : key().schemes()) {
      byte[] signature = key().sign(scheme, MESSAGE);
      byte[] flipped = signature.clone();
      flipped[flipped.length - 1] ^= 1;
      byte[] cut = Arrays.copyOf(signature, signature.length - 1);
      byte[] longer = Arrays.copyOf(signature, signature.length + 1);
      for (byte[] wrong : new byte[][] {flipped, cut, longer, new byte[0], {1}, new byte[70]}) {
        assertThat(key().verify(scheme, MESSAGE, wrong)).isFalse();
      }
      assertThat(key().verify(scheme, new byte[] {9}, signature)).isFalse();
    }
    assertThat(signs()).isEqualTo(key().publicKey().isPresent() && !encrypts());
  }

  @Test
  void decryptsWhatItEncryptedAndNothingElse() {
    try (SecretBytes plain = SecretBytes.takeFrom(MESSAGE.clone())) {
      if (signs()) {
        assertThatThrownBy(() -> key().encrypt(plain, NO_AAD))
            .isInstanceOf(ManagedKeyFault.Unsupported.class);
        return;
      }
      byte[] ciphertext = key().encrypt(plain, NO_AAD);
      assertThat(ciphertext).isNotEqualTo(key().encrypt(plain, NO_AAD));
      try (SecretBytes back = key().decrypt(ciphertext, NO_AAD)) {
        assertThat(back.contentEquals(plain)).isTrue();
      }
      byte[] flipped = ciphertext.clone();
      flipped[flipped.length - 1] ^= 1;
      for (byte[] wrong : new byte[][] {flipped, new byte[0], {1, 2}}) {
        assertThatThrownBy(() -> key().decrypt(wrong, NO_AAD))
            .isInstanceOf(ManagedKeyFault.Rejected.class);
      }
    }
  }

  @Test
  void associatedDataIsBoundOrRefused() {
    byte[] aad = {1, 2, 3};
    try (SecretBytes plain = SecretBytes.takeFrom(MESSAGE.clone())) {
      if (!bindsAad()) {
        assertThatThrownBy(() -> key().encrypt(plain, aad))
            .isInstanceOf(ManagedKeyFault.Unsupported.class);
        return;
      }
      byte[] ciphertext = key().encrypt(plain, aad);
      try (SecretBytes back = key().decrypt(ciphertext, aad)) {
        assertThat(back.contentEquals(plain)).isTrue();
      }
      assertThatThrownBy(() -> key().decrypt(ciphertext, NO_AAD))
          .isInstanceOf(ManagedKeyFault.Rejected.class);
    }
  }

  private boolean encrypts() {
    return !signs();
  }
}
