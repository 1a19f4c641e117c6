package strongroom.seal.ocikms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import strongroom.seal.SealFault;
import strongroom.seal.http.HttpCall;

/**
 * Signs a POST of JSON (OCI documentation, "Request Signatures", version 1).
 *
 * @param keyId whose key signs: {@code tenancy/user/fingerprint}, or a token
 * @param key the private RSA key
 */
record OciSignature(String keyId, PrivateKey key) {
  /** What is signed in calls to services. */
  static final List<String> FOR_SERVICES =
      List.of(
          "date", "(request-target)", "host", "content-length", "content-type", "x-content-sha256");

  /** What is signed in calls to the federation service. */
  static final List<String> FOR_FEDERATION =
      List.of("date", "(request-target)", "content-length", "content-type", "x-content-sha256");

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  /** The call with the headers that sign it. */
  HttpCall post(URI uri, byte[] body, List<String> signed, Instant now) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("date", DATE.format(now));
    values.put("(request-target)", "post " + uri.getRawPath());
    values.put("host", host(uri));
    values.put("content-length", Integer.toString(body.length));
    values.put("content-type", "application/json");
    values.put("x-content-sha256", digest(body));
    String text =
        signed.stream()
            .map(name -> name + ": " + values.get(name))
            .collect(Collectors.joining("\n"));
    Map<String, String> headers =
        Map.of(
            "date",
            values.getOrDefault("date", ""),
            "content-type",
            "application/json",
            "x-content-sha256",
            values.getOrDefault("x-content-sha256", ""),
            "Authorization",
            "Signature version=\"1\",keyId=\""
                + keyId
                + "\",algorithm=\"rsa-sha256\",headers=\""
                + String.join(" ", signed)
                + "\",signature=\""
                + sign(text)
                + "\"");
    return new HttpCall("POST", uri, headers, body);
  }

  private String sign(String text) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(text.getBytes(UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new SealFault.Configuration("the OCI key is no RSA key that can sign", e);
    }
  }

  /** As the HTTP client will write it: without the scheme's own port. */
  private static String host(URI uri) {
    int usual = "https".equals(uri.getScheme()) ? 443 : 80;
    return uri.getPort() < 0 || uri.getPort() == usual
        ? uri.getHost()
        : uri.getHost() + ":" + uri.getPort();
  }

  private static String digest(byte[] body) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /** Nothing of the key; a key id may be a token. */
  @Override
  public String toString() {
    return "OciSignature[]";
  }
}
