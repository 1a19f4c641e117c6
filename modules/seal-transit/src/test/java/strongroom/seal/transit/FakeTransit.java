package strongroom.seal.transit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import strongroom.seal.envelope.AesGcm;
import strongroom.seal.http.FakeService;
import strongroom.seal.http.FakeService.Asked;
import strongroom.seal.http.FakeService.Reply;
import strongroom.secret.SecretBytes;

/**
 * The transit engine as Vault's API documentation shapes it, where the product has none yet: keys
 * {@code one} and {@code two} on the mount {@code keys/transit}, one token, in the namespace {@code
 * team}.
 */
final class FakeTransit implements FakeService.Handler {
  static final String TOKEN = "hvs.the-token-of-this-test";

  private final SecureRandom random = new SecureRandom();
  private final SecretBytes one = SecretBytes.random(32, random);
  private final SecretBytes two = SecretBytes.random(32, random);
  final AtomicInteger renewals = new AtomicInteger();

  @Override
  public Reply answer(Asked asked) {
    if (!asked.header("X-Vault-Token").equals(TOKEN)
        || !asked.header("X-Vault-Namespace").equals("team")
        || !asked.header("X-Vault-Request").equals("true")
        || !asked.method().equals("POST")) {
      return Reply.json(403, "{'errors':['permission denied']}");
    }
    return switch (asked.path()) {
      case "/v1/keys/transit/encrypt/one" -> encrypt(one, asked);
      case "/v1/keys/transit/encrypt/two" -> encrypt(two, asked);
      case "/v1/keys/transit/decrypt/one" -> decrypt(one, asked);
      case "/v1/keys/transit/decrypt/two" -> decrypt(two, asked);
      case "/v1/auth/token/renew-self" -> {
        renewals.incrementAndGet();
        yield Reply.json(200, "{'auth':{'lease_duration':1,'renewable':true}}");
      }
      default -> Reply.json(404, "{'errors':['no handler for route']}");
    };
  }

  private Reply encrypt(SecretBytes key, Asked asked) {
    byte[] nonce = new byte[12];
    random.nextBytes(nonce);
    try (SecretBytes plain =
        SecretBytes.takeFrom(Base64.getDecoder().decode(asked.text("plaintext")))) {
      byte[] sealed = AesGcm.encrypt(key, nonce, new byte[0], plain);
      byte[] both = Arrays.copyOf(nonce, 12 + sealed.length);
      System.arraycopy(sealed, 0, both, 12, sealed.length);
      return Reply.json(
          200,
          "{'data':{'ciphertext':'vault:v1:"
              + Base64.getEncoder().encodeToString(both)
              + "','key_version':1}}");
    }
  }

  private Reply decrypt(SecretBytes key, Asked asked) {
    String text = asked.text("ciphertext");
    Optional<SecretBytes> plain = Optional.empty();
    try {
      byte[] both =
          Base64.getDecoder().decode(text.startsWith("vault:v1:") ? text.substring(9) : "");
      plain =
          AesGcm.decrypt(
              key, Arrays.copyOf(both, 12), new byte[0], Arrays.copyOfRange(both, 12, both.length));
    } catch (IllegalArgumentException e) {
      // Not what transit made.
    }
    if (plain.isEmpty()) {
      return Reply.json(400, "{'errors':['cipher: message authentication failed']}");
    }
    try (SecretBytes bytes = plain.get()) {
      return Reply.json(
          200,
          "{'data':{'plaintext':'"
              + new String(bytes.withHeapCopy(Base64.getEncoder()::encode), UTF_8)
              + "'}}");
    }
  }
}
