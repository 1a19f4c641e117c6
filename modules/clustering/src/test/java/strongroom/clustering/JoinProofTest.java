package strongroom.clustering;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.secret.SecretBytes;

class JoinProofTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final SecretBytes rootKey = SecretBytes.random(32, RANDOM);
  private final SecretBytes otherKey = SecretBytes.random(32, RANDOM);

  @AfterEach
  void close() {
    rootKey.close();
    otherKey.close();
  }

  @Test
  void aChallengeIsGoodForTheNodeThatItWasGivenToAndNotForLong() {
    byte[] challenge = JoinProof.challenge(rootKey, "two", NOW, RANDOM);
    assertThat(JoinProof.isFresh(rootKey, "two", challenge, NOW)).isTrue();
    assertThat(JoinProof.isFresh(rootKey, "two", challenge, NOW.plus(JoinProof.CHALLENGE_MAX)))
        .isTrue();
    assertThat(
            JoinProof.isFresh(
                rootKey, "two", challenge, NOW.plus(JoinProof.CHALLENGE_MAX).plusMillis(1)))
        .isFalse();
    assertThat(JoinProof.isFresh(rootKey, "three", challenge, NOW)).isFalse();
    assertThat(JoinProof.isFresh(otherKey, "two", challenge, NOW)).isFalse();
  }

  @Test
  void aChallengeThatWasChangedInAnyByteIsNone() {
    byte[] challenge = JoinProof.challenge(rootKey, "two", NOW, RANDOM);
    for (int i = 0; i < challenge.length; i++) {
      byte[] changed = challenge.clone();
      changed[i] ^= 1;
      assertThat(JoinProof.isFresh(rootKey, "two", changed, NOW)).as("byte %s", i).isFalse();
    }
    assertThat(JoinProof.isFresh(rootKey, "two", new byte[0], NOW)).isFalse();
  }

  @Test
  void aProofIsOfOneKeyOnePurposeAndTheFieldsAsTheyAreDivided() {
    byte[] ab = JoinProof.bytes("ab");
    byte[] c = JoinProof.bytes("c");
    byte[] proof = JoinProof.of(rootKey, "answer", List.of(ab, c));
    assertThat(JoinProof.same(proof, JoinProof.of(rootKey, "answer", List.of(ab, c)))).isTrue();
    assertThat(JoinProof.same(proof, JoinProof.of(otherKey, "answer", List.of(ab, c)))).isFalse();
    assertThat(JoinProof.same(proof, JoinProof.of(rootKey, "admission", List.of(ab, c)))).isFalse();
    byte[] a = JoinProof.bytes("a");
    byte[] bc = JoinProof.bytes("bc");
    assertThat(JoinProof.same(proof, JoinProof.of(rootKey, "answer", List.of(a, bc)))).isFalse();
  }
}
