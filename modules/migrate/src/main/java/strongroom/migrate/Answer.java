package strongroom.migrate;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonObject;

/**
 * A server's answer.
 *
 * @param status the HTTP status
 * @param body the answer's object; the empty one where there is none
 * @param retryAfter how long the server asks to be left alone
 */
public record Answer(int status, JsonObject body, Optional<Duration> retryAfter) {
  boolean good() {
    return status < 400;
  }

  /** The member {@code data}; the empty object where there is none. */
  JsonObject data() {
    return Shapes.object(body, "data");
  }

  List<String> errors() {
    return Shapes.strings(body, "errors");
  }

  /** Says the status only: the body may hold secrets. */
  @Override
  public String toString() {
    return "Answer[" + status + "]";
  }
}
