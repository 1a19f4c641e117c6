package strongroom.seal.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import strongroom.seal.SealFault;

/** Requests for a token as OAuth has them (RFC 6749), and their answers. */
public final class Form {
  private static final Duration LIFETIME_DEFAULT = Duration.ofMinutes(5);

  private Form() {}

  /** {@code fields} as a form's text. */
  public static byte[] encode(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(f -> encode(f.getKey()) + "=" + encode(f.getValue()))
        .collect(Collectors.joining("&"))
        .getBytes(US_ASCII);
  }

  /** One part of a query or form. */
  public static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  /**
   * The token in an answer: {@code access_token} and {@code expires_in}.
   *
   * @param remedy what to do where it was refused
   * @throws SealFault where it was
   */
  public static CachedToken.Fetched token(HttpAnswer answer, String remedy) {
    if (!answer.good()) {
      // The description may quote what was sent; the code is one of a few words.
      Optional<String> error = answer.text("error").filter(code -> code.matches("[a-z_]{1,60}"));
      throw answer.fault(error.orElse(""), remedy);
    }
    Duration lifetime =
        answer
            .text("expires_in")
            .filter(seconds -> seconds.matches("\\d{1,9}"))
            .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
            .orElse(LIFETIME_DEFAULT);
    return new CachedToken.Fetched(answer.needText("access_token"), lifetime);
  }
}
