package strongroom.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;

/**
 * A request to the API.
 *
 * @param method the HTTP method
 * @param path the path after {@code /v1/}, not encoded
 * @param query the query's parameters, not encoded
 * @param body what is sent
 * @param preliminary whether it only prepares for another: it is never wrapped, and not what {@code
 *     -output-curl-string} shows
 */
record ApiRequest(
    String method, String path, Map<String, String> query, Body body, boolean preliminary) {

  /** What a request sends. */
  sealed interface Body {
    /** Nothing. */
    record None() implements Body {}

    /** JSON of the given media type. */
    record OfJson(JsonObject value, String mediaType) implements Body {
      byte[] bytes() {
        return Json.toBytes(value);
      }
    }

    /** The bytes of a file. */
    record OfFile(Path file) implements Body {}
  }

  /** Nothing. */
  static final Body NOTHING = new Body.None();

  static ApiRequest get(String path) {
    return new ApiRequest("GET", path, Map.of(), NOTHING, false);
  }

  /** A list, as Vault's client asks for one: old proxies do not know the method {@code LIST}. */
  static ApiRequest list(String path) {
    return new ApiRequest("GET", path, Map.of("list", "true"), NOTHING, false);
  }

  static ApiRequest delete(String path) {
    return new ApiRequest("DELETE", path, Map.of(), NOTHING, false);
  }

  static ApiRequest put(String path, JsonObject body) {
    return json("PUT", path, body);
  }

  static ApiRequest post(String path, JsonObject body) {
    return json("POST", path, body);
  }

  private static ApiRequest json(String method, String path, JsonObject body) {
    return new ApiRequest(method, path, Map.of(), new Body.OfJson(body, "application/json"), false);
  }

  /** A JSON merge patch (RFC 7396). */
  static ApiRequest patch(String path, JsonObject body) {
    return new ApiRequest(
        "PATCH", path, Map.of(), new Body.OfJson(body, "application/merge-patch+json"), false);
  }

  /** Sends the bytes of {@code file}. */
  static ApiRequest upload(String path, Path file) {
    return new ApiRequest("POST", path, Map.of(), new Body.OfFile(file), false);
  }

  /** The same request with one more parameter. */
  ApiRequest with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(query);
    more.put(name, value);
    return new ApiRequest(method, path, more, body, preliminary);
  }

  /** The same request with one more parameter, where there is a value. */
  ApiRequest with(String name, Optional<String> value) {
    return value.isPresent() ? with(name, value.get()) : this;
  }

  /** The same request, as one that prepares for another. */
  ApiRequest beforehand() {
    return new ApiRequest(method, path, query, body, true);
  }

  /** The encoded path and query. */
  String target() {
    StringBuilder target = new StringBuilder("/v1/").append(UrlText.path(path));
    char separator = '?';
    for (Map.Entry<String, String> parameter : query.entrySet()) {
      target
          .append(separator)
          .append(UrlText.parameter(parameter.getKey()))
          .append('=')
          .append(UrlText.parameter(parameter.getValue()));
      separator = '&';
    }
    return target.toString();
  }
}
