package strongroom.seal.ocikms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.seal.envelope.AesGcm;
import strongroom.seal.http.FakeService;
import strongroom.seal.http.FakeService.Asked;
import strongroom.seal.http.FakeService.Reply;
import strongroom.secret.SecretBytes;

/**
 * Oracle's KMS, federation service and instance metadata, as their documentation shapes them. Every
 * signature is verified over what was sent, by the public key that its key id names.
 */
final class FakeOracle implements FakeService.Handler {
  static final String API_KEY = "ocid1.tenancy.t/ocid1.user.u/aa:bb";

  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "Signature version=\"1\",keyId=\"([^\"]+)\",algorithm=\"rsa-sha256\","
              + "headers=\"([^\"]+)\",signature=\"([^\"]+)\"");

  private final SecureRandom random = new SecureRandom();
  private final Map<String, SecretBytes> keys = new HashMap<>();
  private final X509Certificate instance;
  final Map<String, PublicKey> signers = new ConcurrentHashMap<>();
  final Map<String, String> metadata = new HashMap<>();

  FakeOracle(X509Certificate instance) {
    this.instance = instance;
    keys.put("ocid1.key.one", SecretBytes.random(32, random));
    keys.put("ocid1.key.two", SecretBytes.random(32, random));
  }

  @Override
  public Reply answer(Asked asked) {
    if (asked.path().startsWith("/opc/v2/")) {
      String found = metadata.get(asked.path().substring("/opc/v2/".length()));
      return asked.header("Authorization").equals("Bearer Oracle") && found != null
          ? new Reply(200, found, Map.of())
          : Reply.json(404, "{}");
    }
    try {
      if (asked.path().equals("/v1/x509")) {
        return federate(asked);
      }
      if (!verified(asked, true)) {
        return Reply.json(
            401,
            "{'code':'NotAuthenticated','message':'The required information to complete"
                + " authentication was not provided or was incorrect.'}");
      }
    } catch (GeneralSecurityException e) {
      return Reply.json(500, "{'code':'InternalError'}");
    }
    SecretBytes key = keys.get(asked.text("keyId"));
    if (key == null) {
      return Reply.json(404, "{'code':'NotAuthorizedOrNotFound','message':'resource not found'}");
    }
    return switch (asked.path()) {
      case "/20180608/encrypt" -> encrypt(key, asked);
      case "/20180608/decrypt" -> decrypt(key, asked);
      default -> Reply.json(404, "{'code':'NotFound'}");
    };
  }

  private boolean verified(Asked asked, boolean withHost) throws GeneralSecurityException {
    Matcher authorization = AUTHORIZATION.matcher(asked.header("Authorization"));
    if (!authorization.matches()) {
      return false;
    }
    PublicKey signer = signers.get(authorization.group(1));
    String names = authorization.group(2);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(asked.body());
    if (signer == null
        || names.contains("host") != withHost
        || !names.contains("(request-target)")
        || !names.contains("x-content-sha256")
        || !asked.header("x-content-sha256").equals(Base64.getEncoder().encodeToString(digest))) {
      return false;
    }
    String text =
        Arrays.stream(names.split(" "))
            .map(
                name ->
                    name
                        + ": "
                        + (name.equals("(request-target)")
                            ? "post " + asked.path()
                            : asked.header(name)))
            .collect(Collectors.joining("\n"));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(signer);
    signature.update(text.getBytes(UTF_8));
    return signature.verify(Base64.getDecoder().decode(authorization.group(3)));
  }

  private Reply federate(Asked asked) throws GeneralSecurityException {
    if (!verified(asked, false)
        || !asked
            .text("certificate")
            .equals(Base64.getEncoder().encodeToString(instance.getEncoded()))
        || !asked.has("intermediateCertificates")) {
      return Reply.json(401, "{'code':'NotAuthenticated'}");
    }
    String claims = "{\"exp\":" + Instant.now().plusSeconds(1200).getEpochSecond() + "}";
    String token =
        "h."
            + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(UTF_8))
            + ".s";
    signers.put(
        "ST$" + token,
        KeyFactory.getInstance("RSA")
            .generatePublic(
                new X509EncodedKeySpec(Base64.getDecoder().decode(asked.text("publicKey")))));
    return Reply.json(200, "{'token':'" + token + "'}");
  }

  private static byte[] associated(Asked asked) {
    JsonObject object = (JsonObject) asked.json().member("associatedData").orElseThrow();
    return object.members().entrySet().stream()
        .map(e -> e.getKey() + "=" + ((JsonString) e.getValue()).value())
        .sorted()
        .collect(Collectors.joining(","))
        .getBytes(UTF_8);
  }

  private Reply encrypt(SecretBytes key, Asked asked) {
    byte[] nonce = new byte[12];
    random.nextBytes(nonce);
    try (SecretBytes plain =
        SecretBytes.takeFrom(Base64.getDecoder().decode(asked.text("plaintext")))) {
      byte[] sealed = AesGcm.encrypt(key, nonce, associated(asked), plain);
      byte[] both = Arrays.copyOf(nonce, 12 + sealed.length);
      System.arraycopy(sealed, 0, both, 12, sealed.length);
      return Reply.json(200, "{'ciphertext':'" + Base64.getEncoder().encodeToString(both) + "'}");
    }
  }

  private Reply decrypt(SecretBytes key, Asked asked) {
    Optional<SecretBytes> plain = Optional.empty();
    try {
      byte[] both = Base64.getDecoder().decode(asked.text("ciphertext"));
      plain =
          AesGcm.decrypt(
              key,
              Arrays.copyOf(both, 12),
              associated(asked),
              Arrays.copyOfRange(both, 12, both.length));
    } catch (IllegalArgumentException e) {
      // Not what encrypt made.
    }
    if (plain.isEmpty()) {
      return Reply.json(
          400, "{'code':'InvalidParameter','message':'Failed to decrypt the ciphertext'}");
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
