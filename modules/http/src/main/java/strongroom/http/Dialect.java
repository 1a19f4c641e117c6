package strongroom.http;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.TimeText;

/** Vault's way of saying things in HTTP: methods, headers and parameters. */
final class Dialect {
  private static final String PREFIX = "/v1/";
  private static final String BEARER = "Bearer ";

  private Dialect() {}

  /** The path below {@code /v1/}. */
  static String path(Request request) {
    String raw = request.getHttpURI().getPath();
    if (raw == null || !raw.startsWith(PREFIX)) {
      throw Refusal.notFound("the API is below " + PREFIX + "; nothing else is served here");
    }
    String path =
        RequestPath.decode(raw.substring(PREFIX.length()))
            .orElseThrow(
                () ->
                    Refusal.invalid(
                        "the path has an empty part, \".\", \"..\", a control character or an"
                            + " encoding that is not UTF-8"));
    if (path.isEmpty()) {
      throw Refusal.notFound("the path behind " + PREFIX + " is missing");
    }
    return path;
  }

  static Operation operation(String method, Query query) {
    if (query.isTrue("help")) {
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
              new Refusal.Unsupported(
                  List.of("the method is not one of GET, LIST, POST, PUT, PATCH, DELETE, HEAD")));
    };
  }

  static boolean takesBody(Operation operation) {
    return operation == Operation.UPDATE || operation == Operation.PATCH;
  }

  static JsonObject body(byte[] bytes) {
    if (isBlank(bytes)) {
      return JsonObject.EMPTY;
    }
    try {
      return Json.parseObject(bytes);
    } catch (Json.MalformedJson e) {
      throw e.tooLarge()
          ? Refusal.tooLarge(String.valueOf(e.getMessage()))
          : Refusal.invalid("failed to parse JSON input: " + e.getMessage());
    }
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  static void checkMediaType(Operation operation, HttpFields headers) {
    if (operation != Operation.PATCH) {
      return;
    }
    String type = headers.get("Content-Type");
    if (type == null
        || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/merge-patch+json")) {
      throw new RefusedException(
          new Refusal.WrongMediaType(
              List.of("PATCH takes the Content-Type application/merge-patch+json")));
    }
  }

  static String token(HttpFields headers) {
    String token = headers.get("X-Vault-Token");
    if (token == null) {
      String authorization = headers.get("Authorization");
      token =
          authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
              ? authorization.substring(BEARER.length())
              : "";
    }
    return token.strip();
  }

  static void checkNamespace(HttpFields headers) {
    String namespace = headers.get("X-Vault-Namespace");
    if (namespace != null
        && !namespace.isEmpty()
        && !namespace.equals("/")
        && !namespace.equals("root")
        && !namespace.equals("root/")) {
      throw Refusal.notFound("there is no namespace but the root namespace here");
    }
  }

  static Optional<Duration> wrapTtl(HttpFields headers) {
    String ttl = headers.get("X-Vault-Wrap-TTL");
    if (ttl == null || ttl.isBlank()) {
      return Optional.empty();
    }
    return Optional.of(
        TimeText.parseDuration(ttl)
            .filter(duration -> !duration.isNegative())
            .orElseThrow(() -> Refusal.invalid("X-Vault-Wrap-TTL is a duration such as 60 or 5m")));
  }
}
