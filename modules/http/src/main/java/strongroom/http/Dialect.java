package strongroom.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import strongroom.logical.Json;
import strongroom.logical.JsonLimits;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.TimeText;

/** Vault's way of saying things in HTTP: methods, headers and parameters. */
final class Dialect {
  static final String METHODS = "GET, HEAD, LIST, POST, PUT, PATCH, DELETE, OPTIONS";

  private static final String PREFIX = "/v1/";
  private static final String BEARER = "Bearer ";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String MERGE_PATCH = "application/merge-patch+json";

  private Dialect() {}

  /** The path below {@code /v1/}, from the path as it was sent. */
  static String path(String raw) {
    if (!raw.startsWith(PREFIX)) {
      throw Refusal.notFound(
          "nothing is served here: the API is below "
              + PREFIX
              + ", such as "
              + PREFIX
              + "sys/health");
    }
    String path =
        RequestPath.decode(raw.substring(PREFIX.length()))
            .orElseThrow(
                () ->
                    Refusal.invalid(
                        "the path has an empty part, \".\", \"..\", a character that cannot be"
                            + " seen, or an encoding that is not UTF-8"));
    if (path.isEmpty()) {
      throw Refusal.notFound("the path behind " + PREFIX + " is missing");
    }
    return path;
  }

  static Operation operation(String method, Query query) {
    if (method.equals("HELP") || !query.first("help").orElse("").isEmpty()) {
      return Operation.HELP;
    }
    return switch (method) {
      case "GET", "HEAD" -> query.isTrue("list") ? Operation.LIST : Operation.READ;
      case "LIST" -> Operation.LIST;
      case "POST", "PUT" -> Operation.UPDATE;
      case "PATCH" -> Operation.PATCH;
      case "DELETE" -> Operation.DELETE;
      default ->
          throw new RefusedException(
              new Refusal.Unsupported(List.of("the method is not one of " + METHODS)));
    };
  }

  /** A delete may have one: the nonce of what it cancels. */
  static boolean takesBody(Operation operation, Request request) {
    boolean sent =
        request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    return operation == Operation.UPDATE
        || operation == Operation.PATCH
        || (operation == Operation.DELETE && sent);
  }

  /**
   * The members of a body: a JSON object, a form, or none where there is nothing or {@code null},
   * which the Go client sends for a write without data.
   */
  static JsonObject body(byte[] bytes, HttpFields headers, JsonLimits limits) {
    byte first = firstOf(bytes);
    if (first == 0) {
      return JsonObject.EMPTY;
    }
    // Many clients send JSON as a form, since that is what curl -d says.
    if (first != '{' && first != '[' && mediaType(headers).equals(FORM)) {
      return Query.parse(new String(bytes, StandardCharsets.UTF_8).strip()).toForm();
    }
    try {
      return switch (Json.parse(bytes, limits)) {
        case JsonObject object -> object;
        case JsonNull _ -> JsonObject.EMPTY;
        case JsonValue _ ->
            throw Refusal.invalid("failed to parse JSON input: the body is JSON but not an object");
      };
    } catch (Json.MalformedJson e) {
      throw e.tooLarge()
          ? Refusal.tooLarge(String.valueOf(e.getMessage()))
          : Refusal.invalid("failed to parse JSON input: " + e.getMessage());
    }
  }

  /** The first byte that is not white space, 0 where there is none. */
  private static byte firstOf(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b == 0 ? 1 : b;
      }
    }
    return 0;
  }

  private static String mediaType(HttpFields headers) {
    String type = headers.get(HttpHeader.CONTENT_TYPE);
    if (type == null) {
      return "";
    }
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  static void checkMediaType(Operation operation, HttpFields headers) {
    if (operation == Operation.PATCH && !mediaType(headers).equals(MERGE_PATCH)) {
      throw new RefusedException(
          new Refusal.WrongMediaType(
              List.of("PATCH takes a body with the Content-Type " + MERGE_PATCH)));
    }
  }

  static String token(HttpFields headers) {
    String token = headers.get("X-Vault-Token");
    if (token != null && !token.isEmpty()) {
      return token.strip();
    }
    for (String authorization : headers.getValuesList(HttpHeader.AUTHORIZATION)) {
      if (authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        return authorization.substring(BEARER.length()).strip();
      }
    }
    return "";
  }

  static void checkNamespace(HttpFields headers) {
    String namespace = headers.get("X-Vault-Namespace");
    if (namespace != null
        && !namespace.isEmpty()
        && !namespace.equals("/")
        && !namespace.equals("root")
        && !namespace.equals("root/")) {
      throw Refusal.notFound(
          "there is no namespace but the root namespace here: leave X-Vault-Namespace out, or"
              + " unset VAULT_NAMESPACE");
    }
  }

  static void checkRequestHeader(HttpFields headers) {
    if (!"true".equals(headers.get("X-Vault-Request"))) {
      throw new RefusedException(
          new Refusal.Precondition(
              List.of(
                  "the header X-Vault-Request: true is missing, which this listener requires"
                      + " (require_request_header)")));
    }
  }

  /** What {@code X-Vault-Wrap-TTL} asks for; nothing where it asks for no time. */
  static Optional<Duration> wrapTtl(HttpFields headers) {
    String ttl = headers.get("X-Vault-Wrap-TTL");
    if (ttl == null) {
      return Optional.empty();
    }
    return Optional.of(
            TimeText.parseDuration(ttl)
                .filter(duration -> !duration.isNegative())
                .orElseThrow(
                    () ->
                        Refusal.invalid(
                            "X-Vault-Wrap-TTL is a duration that is not negative, such as 60 or"
                                + " 5m")))
        .filter(duration -> !duration.isZero());
  }
}
