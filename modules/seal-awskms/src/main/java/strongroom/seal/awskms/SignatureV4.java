package strongroom.seal.awskms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 of a request whose address has no query (AWS General Reference, "Create a
 * signed AWS API request").
 *
 * @param region the signature holds for
 * @param service the signature holds for: {@code kms}
 */
record SignatureV4(String region, String service) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /**
   * {@code headers} with those that sign them and the rest of the request: {@code x-amz-date},
   * {@code x-amz-security-token} where there is one, and {@code Authorization}.
   */
  Map<String, String> sign(
      URI uri, Map<String, String> headers, byte[] body, AwsCredentials credentials, Instant now) {
    String time = TIME.format(now);
    SortedMap<String, String> signed = new TreeMap<>(headers);
    signed.put("host", host(uri));
    signed.put("x-amz-date", time);
    credentials
        .sessionToken()
        .ifPresent(
            token ->
                signed.put(
                    "x-amz-security-token",
                    token.withHeapCopy(bytes -> new String(bytes, UTF_8)).strip()));
    String names = String.join(";", signed.keySet());
    StringBuilder canonical = new StringBuilder("POST\n").append(path(uri)).append("\n\n");
    signed.forEach((name, value) -> canonical.append(name).append(':').append(value).append('\n'));
    canonical.append('\n').append(names).append('\n').append(hash(body));

    String scope = time.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
    String toSign =
        "AWS4-HMAC-SHA256\n"
            + time
            + "\n"
            + scope
            + "\n"
            + hash(canonical.toString().getBytes(UTF_8));
    byte[] key = signingKey(credentials, time.substring(0, 8));
    String signature = HexFormat.of().formatHex(hmac(key, toSign));
    Arrays.fill(key, (byte) 0);
    Map<String, String> all = new TreeMap<>(signed);
    all.remove("host");
    all.put(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential="
            + credentials.accessKey()
            + "/"
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + signature);
    return all;
  }

  private byte[] signingKey(AwsCredentials credentials, String day) {
    byte[] key =
        credentials
            .secretKey()
            .withHeapCopy(
                secret -> {
                  byte[] start = Arrays.copyOf("AWS4".getBytes(UTF_8), 4 + secret.length);
                  System.arraycopy(secret, 0, start, 4, secret.length);
                  byte[] first = hmac(start, day);
                  Arrays.fill(start, (byte) 0);
                  return first;
                });
    for (String step : new String[] {region, service, "aws4_request"}) {
      byte[] next = hmac(key, step);
      Arrays.fill(key, (byte) 0);
      key = next;
    }
    return key;
  }

  /** As the HTTP client will write it: without the scheme's own port. */
  private static String host(URI uri) {
    int usual = uri.getScheme().equals("https") ? 443 : 80;
    return uri.getPort() < 0 || uri.getPort() == usual
        ? uri.getHost()
        : uri.getHost() + ":" + uri.getPort();
  }

  private static String path(URI uri) {
    return uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HMAC-SHA-256", e);
    }
  }
}
