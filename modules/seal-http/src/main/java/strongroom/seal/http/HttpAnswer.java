package strongroom.seal.http;

import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.Json;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.seal.SealFault;

/**
 * What a key service answered.
 *
 * @param from who, for faults
 * @param status of HTTP
 * @param headers by their names in lower case, the first value of each
 * @param body whole
 */
public record HttpAnswer(String from, int status, Map<String, String> headers, byte[] body) {
  /** Whether what was asked was done. */
  public boolean good() {
    return status >= 200 && status < 300;
  }

  /** Whether to ask again later may help: too many requests, or trouble on the other side. */
  public boolean busy() {
    return status == 408 || status == 429 || status >= 500;
  }

  /** The body, where it is a JSON object. */
  public Optional<JsonObject> json() {
    try {
      return Optional.of(Json.parseObject(body));
    } catch (Json.MalformedJson e) {
      return Optional.empty();
    }
  }

  /** The string at {@code path} in the body, whose steps are names of members. */
  public Optional<String> text(String... path) {
    Optional<JsonObject> object = json();
    for (int i = 0; i < path.length - 1; i++) {
      String step = path[i];
      object =
          object
              .flatMap(o -> o.member(step))
              .filter(JsonObject.class::isInstance)
              .map(JsonObject.class::cast);
    }
    return object
        .flatMap(o -> o.member(path[path.length - 1]))
        .flatMap(
            value ->
                switch (value) {
                  case JsonString(String text) -> Optional.of(text);
                  case JsonNumber(String digits) -> Optional.of(digits);
                  default -> Optional.empty();
                });
  }

  /**
   * As {@link #text}, where it must be there.
   *
   * @throws SealFault.Away where it is not: whoever answered is not the service, for now
   */
  public String needText(String... path) {
    return text(path)
        .orElseThrow(
            () ->
                new SealFault.Away(
                    from + " answered " + status + " without " + String.join(".", path), null));
  }

  /** As {@link #needText}, decoded from Base64. */
  public byte[] needBytes(Base64.Decoder decoder, String... path) {
    try {
      return decoder.decode(needText(path));
    } catch (IllegalArgumentException e) {
      throw new SealFault.Away(
          from + " answered " + String.join(".", path) + " that is no Base64", null);
    }
  }

  /**
   * The fault for an answer that is not good: away where it is {@link #busy}, else one of
   * configuration.
   *
   * @param reason what the service said, holding no secret; may be empty
   * @param remedy what to do about a refusal
   */
  public SealFault fault(String reason, String remedy) {
    String said = from + " answered " + status + (reason.isEmpty() ? "" : ": " + shortened(reason));
    return busy()
        ? new SealFault.Away(said, null)
        : new SealFault.Configuration(said + "; " + remedy, null);
  }

  /** What a service says is shown on one line, and not at any length. */
  private static String shortened(String reason) {
    String line = reason.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= 300 ? line : line.substring(0, 300) + "…";
  }

  /** Who and status; nothing of the body. */
  @Override
  public String toString() {
    return "HttpAnswer[" + from + " " + status + "]";
  }
}
