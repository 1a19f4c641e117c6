package strongroom.seal.gcpckms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import strongroom.logical.Json;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.seal.envelope.AesGcm;
import strongroom.seal.http.FakeService;
import strongroom.seal.http.FakeService.Asked;
import strongroom.seal.http.FakeService.Reply;
import strongroom.secret.SecretBytes;

/**
 * Google's token service, metadata service and Cloud KMS, as their documentation shapes them: the
 * claims' signature is verified, tokens are single words that were given out here.
 */
final class FakeGoogle implements FakeService.Handler {
  static final String KEY = "projects/p-1/locations/global/keyRings/ring/cryptoKeys/";

  private final SecureRandom random = new SecureRandom();
  private final KeyPair account;
  private final Map<String, SecretBytes> keys = new HashMap<>();
  private final AtomicInteger tokens = new AtomicInteger();
  volatile String good = "";
  volatile String address = "";

  FakeGoogle(KeyPair account) {
    this.account = account;
    keys.put("one", SecretBytes.random(32, random));
    keys.put("two", SecretBytes.random(32, random));
  }

  private String newToken() {
    good = "token-" + tokens.incrementAndGet();
    return "{'access_token':'" + good + "','expires_in':3599,'token_type':'Bearer'}";
  }

  @Override
  public Reply answer(Asked asked) {
    if (asked.path().equals("/token")) {
      return token(asked);
    }
    if (asked.path().startsWith("/computeMetadata/v1/instance/service-accounts/default/token")) {
      return asked.header("Metadata-Flavor").equals("Google")
          ? Reply.json(200, newToken())
          : Reply.json(403, "{}");
    }
    if (good.isEmpty() || !asked.header("Authorization").equals("Bearer " + good)) {
      return Reply.json(401, "{'error':{'code':401,'status':'UNAUTHENTICATED'}}");
    }
    for (Map.Entry<String, SecretBytes> key : keys.entrySet()) {
      if (asked.path().equals("/v1/" + KEY + key.getKey() + ":encrypt")) {
        return encrypt(key.getKey(), key.getValue(), asked);
      }
      if (asked.path().equals("/v1/" + KEY + key.getKey() + ":decrypt")) {
        return decrypt(key.getValue(), asked);
      }
    }
    return Reply.json(
        404, "{'error':{'code':404,'status':'NOT_FOUND','message':'CryptoKey not found.'}}");
  }

  private Reply token(Asked asked) {
    Map<String, String> form = new HashMap<>();
    for (String field : new String(asked.body(), UTF_8).split("&")) {
      String[] parts = field.split("=", 2);
      form.put(URLDecoder.decode(parts[0], UTF_8), URLDecoder.decode(parts[1], UTF_8));
    }
    if ("refresh_token".equals(form.get("grant_type"))) {
      return "refresh-of-this-test".equals(form.get("refresh_token"))
          ? Reply.json(200, newToken())
          : Reply.json(400, "{'error':'invalid_grant'}");
    }
    if (!"urn:ietf:params:oauth:grant-type:jwt-bearer".equals(form.get("grant_type"))
        || !verified(form.getOrDefault("assertion", ""))) {
      return Reply.json(400, "{'error':'invalid_grant','error_description':'" + form + "'}");
    }
    return Reply.json(200, newToken());
  }

  private boolean verified(String jwt) {
    String[] parts = jwt.split("\\.", -1);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(account.getPublic());
      signature.update((parts[0] + "." + parts[1]).getBytes(UTF_8));
      JsonObject header = Json.parseObject(Base64.getUrlDecoder().decode(parts[0]));
      JsonObject claims = Json.parseObject(Base64.getUrlDecoder().decode(parts[1]));
      long issued = number(claims, "iat");
      long end = number(claims, "exp");
      long now = Instant.now().getEpochSecond();
      return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
          && text(header, "alg").equals("RS256")
          && text(header, "kid").equals("kid-1")
          && text(claims, "iss").equals("strongroom@p-1.iam.gserviceaccount.com")
          && text(claims, "aud").equals(address + "/token")
          && text(claims, "scope").startsWith("https://www.googleapis.com/auth/")
          && issued <= now + 5
          && end > now
          && end - issued <= 3600;
    } catch (GeneralSecurityException | Json.MalformedJson e) {
      return false;
    }
  }

  private static String text(JsonObject object, String name) {
    return ((JsonString) object.member(name).orElseThrow()).value();
  }

  private static long number(JsonObject object, String name) {
    return ((JsonNumber) object.member(name).orElseThrow()).toLong().orElseThrow();
  }

  private Reply encrypt(String name, SecretBytes key, Asked asked) {
    byte[] nonce = new byte[12];
    random.nextBytes(nonce);
    byte[] associated = Base64.getDecoder().decode(asked.text("additionalAuthenticatedData"));
    try (SecretBytes plain =
        SecretBytes.takeFrom(Base64.getDecoder().decode(asked.text("plaintext")))) {
      byte[] sealed = AesGcm.encrypt(key, nonce, associated, plain);
      byte[] both = Arrays.copyOf(nonce, 12 + sealed.length);
      System.arraycopy(sealed, 0, both, 12, sealed.length);
      return Reply.json(
          200,
          "{'name':'"
              + KEY
              + name
              + "/cryptoKeyVersions/3','ciphertext':'"
              + Base64.getEncoder().encodeToString(both)
              + "'}");
    }
  }

  private Reply decrypt(SecretBytes key, Asked asked) {
    byte[] both = Base64.getDecoder().decode(asked.text("ciphertext"));
    byte[] associated = Base64.getDecoder().decode(asked.text("additionalAuthenticatedData"));
    Optional<SecretBytes> plain =
        AesGcm.decrypt(
            key, Arrays.copyOf(both, 12), associated, Arrays.copyOfRange(both, 12, both.length));
    if (plain.isEmpty()) {
      return Reply.json(
          400,
          "{'error':{'code':400,'status':'INVALID_ARGUMENT','message':'Decryption failed: the"
              + " ciphertext is invalid.'}}");
    }
    try (SecretBytes bytes = plain.get()) {
      return Reply.json(
          200,
          "{'plaintext':'"
              + new String(bytes.withHeapCopy(Base64.getEncoder()::encode), UTF_8)
              + "'}");
    }
  }
}
