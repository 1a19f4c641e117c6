package strongroom.seal.azurekeyvault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.seal.http.FakeService;
import strongroom.seal.http.FakeService.Asked;
import strongroom.seal.http.FakeService.Reply;

/**
 * Microsoft Entra, the metadata service and a vault with keys, as their documentation shapes them:
 * {@code rsa} has two versions, {@code aes} is an AES key as a Managed HSM has.
 */
final class FakeAzure implements FakeService.Handler {
  static final String SECRET = "client-secret-of-this-test";

  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

  private final Map<String, KeyPair> rsa = new HashMap<>();
  private final SecretKeySpec aes;
  private final AtomicInteger tokens = new AtomicInteger();
  private final X509Certificate certificate;
  volatile String current = "v1";
  volatile String good = "";
  volatile String address = "";

  FakeAzure(KeyPair first, KeyPair second, X509Certificate certificate) {
    rsa.put("v1", first);
    rsa.put("v2", second);
    aes = new SecretKeySpec(new byte[32], "AES");
    this.certificate = certificate;
  }

  private Reply newToken() {
    good = "token-" + tokens.incrementAndGet();
    return Reply.json(200, "{'access_token':'" + good + "','expires_in':'3599'}");
  }

  @Override
  public Reply answer(Asked asked) {
    if (asked.path().equals("/tenant-1/oauth2/v2.0/token")) {
      return token(asked);
    }
    if (asked.path().startsWith("/metadata/identity/oauth2/token?api-version=2018-02-01")) {
      boolean right =
          asked.header("Metadata").equals("true")
              && asked.path().contains("resource=https%3A%2F%2Fvault.azure.net");
      return right ? newToken() : Reply.json(400, "{'error':'invalid_request'}");
    }
    if (asked.path().startsWith("/msi?api-version=2019-08-01")) {
      return asked.header("X-IDENTITY-HEADER").equals("h")
          ? newToken()
          : Reply.json(401, "{'error':'invalid_request'}");
    }
    if (good.isEmpty() || !asked.header("Authorization").equals("Bearer " + good)) {
      return Reply.json(401, "{'error':{'code':'Unauthorized','message':'AKV10032'}}");
    }
    String[] path = asked.path().split("[/?]", -1);
    if (!asked.path().endsWith("?api-version=7.4") || !path[1].equals("keys")) {
      return Reply.json(400, "{'error':{'code':'BadParameter'}}");
    }
    return switch (path[2]) {
      case "rsa" -> asked.method().equals("GET") ? rsaKey() : rsa(path, asked);
      case "aes" ->
          asked.method().equals("GET")
              ? Reply.json(200, "{'key':{'kid':'" + address + "/keys/aes/a1','kty':'oct-HSM'}}")
              : crypt("A256KW", path[4], asked);
      default ->
          Reply.json(
              404,
              "{'error':{'code':'KeyNotFound','message':'A key with (name/id) "
                  + path[2]
                  + " was not found in this key vault.'}}");
    };
  }

  private Reply rsaKey() {
    return Reply.json(
        200, "{'key':{'kid':'" + address + "/keys/rsa/" + current + "','kty':'RSA'}}");
  }

  private Reply rsa(String[] path, Asked asked) {
    return rsa.containsKey(path[3])
        ? crypt("RSA-OAEP-256:" + path[3], path[4], asked)
        : Reply.json(404, "{'error':{'code':'KeyNotFound','message':'no such version'}}");
  }

  private Reply crypt(String how, String operation, Asked asked) {
    if (!asked.text("alg").equals(how.split(":", -1)[0])) {
      return Reply.json(400, "{'error':{'code':'BadParameter','message':'alg'}}");
    }
    byte[] value = Base64.getUrlDecoder().decode(asked.text("value"));
    try {
      byte[] result = operation.equals("wrapkey") ? wrap(how, value) : unwrap(how, value);
      return Reply.json(
          200,
          "{'kid':'"
              + address
              + "','value':'"
              + Base64.getUrlEncoder().withoutPadding().encodeToString(result)
              + "'}");
    } catch (GeneralSecurityException e) {
      return Reply.json(400, "{'error':{'code':'BadParameter','message':'decryption failed'}}");
    }
  }

  private byte[] wrap(String how, byte[] value) throws GeneralSecurityException {
    if (how.equals("A256KW")) {
      Cipher cipher = Cipher.getInstance("AESWrap");
      cipher.init(Cipher.WRAP_MODE, aes);
      return cipher.wrap(new SecretKeySpec(value, "AES"));
    }
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(Cipher.ENCRYPT_MODE, rsa.get(how.substring(13)).getPublic(), OAEP);
    return cipher.doFinal(value);
  }

  private byte[] unwrap(String how, byte[] value) throws GeneralSecurityException {
    if (how.equals("A256KW")) {
      Cipher cipher = Cipher.getInstance("AESWrap");
      cipher.init(Cipher.UNWRAP_MODE, aes);
      return cipher.unwrap(value, "AES", Cipher.SECRET_KEY).getEncoded();
    }
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(Cipher.DECRYPT_MODE, rsa.get(how.substring(13)).getPrivate(), OAEP);
    return cipher.doFinal(value);
  }

  private Reply token(Asked asked) {
    Map<String, String> form = new HashMap<>();
    for (String field : new String(asked.body(), UTF_8).split("&")) {
      String[] parts = field.split("=", 2);
      form.put(URLDecoder.decode(parts[0], UTF_8), URLDecoder.decode(parts[1], UTF_8));
    }
    boolean whole =
        form.getOrDefault("grant_type", "").equals("client_credentials")
            && form.getOrDefault("client_id", "").equals("client-1")
            && form.getOrDefault("scope", "").endsWith("azure.net/.default");
    boolean assertion =
        form.getOrDefault("client_assertion_type", "")
            .equals("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    String jwt = form.getOrDefault("client_assertion", "");
    boolean proven =
        SECRET.equals(form.get("client_secret"))
            || (assertion && (jwt.equals("projected.token.x") || verified(jwt)));
    return whole && proven
        ? newToken()
        : Reply.json(401, "{'error':'invalid_client','error_description':'" + form + "'}");
  }

  private boolean verified(String jwt) {
    try {
      String[] parts = jwt.split("\\.", -1);
      JsonObject header = Json.parseObject(Base64.getUrlDecoder().decode(parts[0]));
      JsonObject claims = Json.parseObject(Base64.getUrlDecoder().decode(parts[1]));
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      Signature signature = Signature.getInstance("RSASSA-PSS");
      signature.setParameter(
          new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
      signature.initVerify(certificate);
      signature.update((parts[0] + "." + parts[1]).getBytes(UTF_8));
      return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
          && text(header, "alg").equals("PS256")
          && HexFormat.of()
              .formatHex(Base64.getUrlDecoder().decode(text(header, "x5t#S256")))
              .equals(HexFormat.of().formatHex(digest))
          && text(claims, "aud").equals(address + "/tenant-1/oauth2/v2.0/token")
          && text(claims, "iss").equals("client-1")
          && text(claims, "sub").equals("client-1");
    } catch (GeneralSecurityException | Json.MalformedJson e) {
      return false;
    }
  }

  private static String text(JsonObject object, String name) {
    return ((JsonString) object.member(name).orElseThrow()).value();
  }
}
