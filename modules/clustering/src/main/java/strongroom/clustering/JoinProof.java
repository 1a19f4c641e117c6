package strongroom.clustering;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import strongroom.secret.SecretBytes;

/**
 * How two nodes prove to each other that they have the same root key without sending it:
 * HMAC-SHA256 under a key derived from it, over everything that the other side is to believe.
 *
 * <p>A challenge is a time (8 bytes), randomness (16) and the leader's own proof over both and the
 * name of the node that asks: the leader remembers nothing of nodes that have proved nothing.
 */
final class JoinProof {
  static final Duration CHALLENGE_MAX = Duration.ofMinutes(2);

  private static final int HEAD_LENGTH = 24;
  private static final int PROOF_LENGTH = 32;
  private static final String ALGORITHM = "HmacSHA256";

  private JoinProof() {}

  static byte[] challenge(SecretBytes rootKey, String node, Instant now, SecureRandom random) {
    byte[] nonce = new byte[HEAD_LENGTH - Long.BYTES];
    random.nextBytes(nonce);
    byte[] head = ByteBuffer.allocate(HEAD_LENGTH).putLong(now.toEpochMilli()).put(nonce).array();
    byte[] proof = of(rootKey, "challenge", List.of(head, bytes(node)));
    return ByteBuffer.allocate(HEAD_LENGTH + PROOF_LENGTH).put(head).put(proof).array();
  }

  /** Whether {@code challenge} is one that this cluster gave to {@code node} a moment ago. */
  static boolean isFresh(SecretBytes rootKey, String node, byte[] challenge, Instant now) {
    if (challenge.length != HEAD_LENGTH + PROOF_LENGTH) {
      return false;
    }
    byte[] head = Arrays.copyOf(challenge, HEAD_LENGTH);
    byte[] proof = Arrays.copyOfRange(challenge, HEAD_LENGTH, challenge.length);
    Duration age =
        Duration.between(Instant.ofEpochMilli(ByteBuffer.wrap(head).getLong()), now).abs();
    return same(of(rootKey, "challenge", List.of(head, bytes(node))), proof)
        && age.compareTo(CHALLENGE_MAX) <= 0;
  }

  /** The proof over {@code fields}, each told apart from the next by its length. */
  static byte[] of(SecretBytes rootKey, String purpose, List<byte[]> fields) {
    return rootKey.withHeapCopy(
        key -> {
          try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            byte[] derived = mac.doFinal(bytes("strongroom join " + purpose));
            mac.init(new SecretKeySpec(derived, ALGORITHM));
            Arrays.fill(derived, (byte) 0);
            for (byte[] field : fields) {
              mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(field.length).array());
              mac.update(field);
            }
            return mac.doFinal();
          } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is not to be had", e);
          }
        });
  }

  static boolean same(byte[] one, byte[] other) {
    return MessageDigest.isEqual(one, other);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
