package strongroom.seal.http;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import strongroom.logical.JsonBody;
import strongroom.seal.envelope.Deadline;

/**
 * A service whose calls carry a bearer token (RFC 6750). A token that is refused is fetched anew,
 * once a call.
 */
public final class AuthorizedService implements AutoCloseable {
  private final HttpService http;
  private final CachedToken token;

  /** Closes both with itself. */
  public AuthorizedService(HttpService http, CachedToken token) {
    this.http = http;
    this.token = token;
  }

  /** Posts {@code body}. */
  public HttpAnswer post(URI uri, JsonBody body, Deadline deadline) {
    return authorized(headers -> HttpCall.postJson(uri, headers, body), deadline);
  }

  /** Asks for {@code uri}. */
  public HttpAnswer get(URI uri, Deadline deadline) {
    return authorized(headers -> HttpCall.get(uri, headers), deadline);
  }

  private interface Call {
    HttpCall with(Map<String, String> headers);
  }

  private HttpAnswer authorized(Call call, Deadline deadline) {
    HttpAnswer answer = send(call, deadline);
    if (answer.status() == 401) {
      token.forget();
      answer = send(call, deadline);
    }
    return answer;
  }

  private HttpAnswer send(Call call, Deadline deadline) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Authorization", "Bearer " + token.text(deadline));
    return http.send(call.with(headers), deadline);
  }

  @Override
  public void close() {
    http.close();
    token.close();
  }
}
