package strongroom.migrate;

import java.util.Map;
import java.util.Optional;
import strongroom.logical.JsonObject;

/**
 * A request to a server's API.
 *
 * @param method the HTTP method
 * @param path the path after {@code /v1/}, not encoded
 * @param query the query's parameters, not encoded
 * @param body what is sent
 */
public record Ask(
    String method, String path, Map<String, String> query, Optional<JsonObject> body) {

  static Ask get(String path) {
    return new Ask("GET", path, Map.of(), Optional.empty());
  }

  static Ask version(String path, long number) {
    return new Ask("GET", path, Map.of("version", Long.toString(number)), Optional.empty());
  }

  static Ask list(String path) {
    return new Ask("GET", path, Map.of("list", "true"), Optional.empty());
  }

  static Ask post(String path, JsonObject body) {
    return new Ask("POST", path, Map.of(), Optional.of(body));
  }

  static Ask delete(String path) {
    return new Ask("DELETE", path, Map.of(), Optional.empty());
  }

  /** Says what is asked, not what is sent: that may be a secret. */
  @Override
  public String toString() {
    return method + " " + path;
  }
}
