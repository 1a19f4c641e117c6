package strongroom.logical;

import java.time.Duration;
import java.util.Optional;

/**
 * One request, told without HTTP.
 *
 * @param id a fresh UUID, in the answer and in every record about the request
 * @param operation what is to be done
 * @param path the path below {@code /v1/}, percent-decoded once, without a leading slash; a
 *     trailing slash stays
 * @param body the JSON body; for a read, the query parameters as strings
 * @param token the client's token as sent, empty text where none was
 * @param client where the request came from
 * @param wrapTtl the lifetime asked for by {@code X-Vault-Wrap-TTL}, where the answer is to be
 *     wrapped
 * @param upload the body, where it is a file ({@link StreamedPaths})
 */
public record Request(
    String id,
    Operation operation,
    String path,
    JsonObject body,
    String token,
    Client client,
    Optional<Duration> wrapTtl,
    Optional<Upload> upload) {

  /** One whose body is no file. */
  public Request(
      String id,
      Operation operation,
      String path,
      JsonObject body,
      String token,
      Client client,
      Optional<Duration> wrapTtl) {
    this(id, operation, path, body, token, client, wrapTtl, Optional.empty());
  }

  /** The same request with another operation. */
  public Request with(Operation other) {
    return new Request(id, other, path, body, token, client, wrapTtl, upload);
  }

  /** Names the request; neither body nor token. */
  @Override
  public String toString() {
    return "Request[" + id + " " + operation + " " + path + "]";
  }
}
