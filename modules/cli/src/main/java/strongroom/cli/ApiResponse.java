package strongroom.cli;

import java.util.Map;
import java.util.Optional;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;

/**
 * An answer of the API.
 *
 * @param status the HTTP status
 * @param headers the headers, names in lower case
 * @param body the body as it came; empty where it was streamed elsewhere
 */
record ApiResponse(int status, Map<String, String> headers, byte[] body) {
  /** How many values an answer may hold: a list of all keys is one answer. */
  private static final int VALUES_MAX = 50_000_000;

  boolean done() {
    return status < 400;
  }

  /** The body's object; the empty one for an empty body. */
  JsonObject json() {
    return tryJson()
        .orElseThrow(
            () ->
                Failure.remote(
                    "the answer (HTTP " + status + ") is not JSON: is this a Vault server?"));
  }

  /** The body's object, where it is one. */
  Optional<JsonObject> tryJson() {
    if (body.length == 0) {
      return Optional.of(JsonObject.EMPTY);
    }
    try {
      return Json.parse(body, VALUES_MAX) instanceof JsonObject object
          ? Optional.of(object)
          : Optional.empty();
    } catch (Json.MalformedJson e) {
      return Optional.empty();
    }
  }

  /** Says the status only: the body may hold secrets. */
  @Override
  public String toString() {
    return "ApiResponse[" + status + "]";
  }
}
