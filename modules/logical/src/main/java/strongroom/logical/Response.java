package strongroom.logical;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The answer to a request that was done.
 *
 * @param status the HTTP status: 200, 202, 204, or what the endpoint is documented to answer
 *     (sys/health)
 * @param shape how {@code data} stands in the body
 * @param data the endpoint's own part of the answer
 * @param auth the token that a login or a token creation issued
 * @param wrapping set by the pipeline when the answer was wrapped
 * @param lease how long the data may be used
 * @param warnings what the client should know all the same
 */
public record Response(
    int status,
    Shape shape,
    Optional<JsonBody> data,
    Optional<Auth> auth,
    Optional<Wrapping> wrapping,
    Lease lease,
    List<String> warnings) {

  /** How an endpoint's data stands in the body. */
  public enum Shape {
    /** {@code {"request_id": …, "data": {…}}}: nearly all endpoints. */
    ENVELOPE,
    /**
     * The data's members at the top beside the envelope's, and again under {@code data}: older
     * {@code sys/} endpoints (sys/mounts, sys/policy). The data must be a {@link JsonObject}.
     */
    MIRRORED,
    /** The data is the body, with no envelope: sys/health, sys/init, sys/seal-status. */
    BARE,
    /** The data is a {@link Raw} or a {@link Stream}: bytes with their own media type. */
    RAW
  }

  /**
   * Bytes that are sent as they are.
   *
   * @param mediaType the {@code Content-Type}
   * @param bytes the body
   */
  public record Raw(String mediaType, byte[] bytes) implements JsonBody {
    /** The bytes as a Base64 JSON string, for where raw bytes cannot go (wrapping, audit). */
    @Override
    public void writeTo(tools.jackson.core.JsonGenerator out) {
      out.writeBinary(bytes);
    }
  }

  /**
   * Bytes that are sent as they come to be, however many there are. Never wrapped, nor sent from
   * one node to another: see {@link StreamedPaths}.
   *
   * @param mediaType the {@code Content-Type}
   * @param content writes them; asked once at most, on a thread that may wait
   */
  public record Stream(String mediaType, Content content) implements JsonBody {
    /** For records of the answer. */
    @Override
    public void writeTo(tools.jackson.core.JsonGenerator out) {
      JsonObject.builder().put("http_content_type", mediaType).build().writeTo(out);
    }
  }

  /** Writes a body. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes all of it. What is thrown once the client may have got a byte breaks the connection
     * off, so that nobody takes what has come for the whole.
     *
     * @throws IOException where the client takes no more
     * @throws RefusedException before the first byte only: answered as any other refusal
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * A token as a client is told of it, once.
   *
   * @param clientToken the token itself
   * @param body all members of the answer's {@code auth} object, the token among them, as Vault's
   *     API has them
   */
  public record Auth(String clientToken, JsonObject body) {
    /** Names nothing of the token. */
    @Override
    public String toString() {
      return "Auth";
    }
  }

  /**
   * How long an answer's data may be used.
   *
   * @param id the lease's id, empty text where there is nothing to renew or revoke
   * @param renewable whether it can be renewed
   * @param duration how long
   */
  public record Lease(String id, boolean renewable, Duration duration) {
    /** No lease. */
    public static final Lease NONE = new Lease("", false, Duration.ZERO);
  }

  /**
   * What the answer's {@code wrap_info} says.
   *
   * @param ttl the wrapping token's lifetime
   * @param body all members of {@code wrap_info}, the wrapping token among them
   */
  public record Wrapping(Duration ttl, JsonObject body) {
    /** Names nothing of the token. */
    @Override
    public String toString() {
      return "Wrapping[" + ttl + "]";
    }
  }

  /** Done, and nothing to tell: HTTP 204. */
  public static Response done() {
    return new Response(
        204,
        Shape.ENVELOPE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Lease.NONE,
        List.of());
  }

  /** HTTP 200 with {@code data} in the envelope. */
  public static Response of(JsonBody data) {
    return of(200, Shape.ENVELOPE, data);
  }

  /** {@code status} with {@code data} in {@code shape}. */
  public static Response of(int status, Shape shape, JsonBody data) {
    return new Response(
        status,
        shape,
        Optional.of(data),
        Optional.empty(),
        Optional.empty(),
        Lease.NONE,
        List.of());
  }

  /** HTTP 200 with {@code keys} as Vault lists names. Callers answer 404 for none. */
  public static Response ofKeys(List<String> keys) {
    return of(JsonObject.builder().put("keys", keys).build());
  }

  /** HTTP 200 with a token and no data. */
  public static Response of(Auth auth) {
    return new Response(
        200,
        Shape.ENVELOPE,
        Optional.empty(),
        Optional.of(auth),
        Optional.empty(),
        Lease.NONE,
        List.of());
  }

  /** The same answer with {@code more} warnings; a 204 that warns becomes a 200. */
  public Response warning(List<String> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<String> all = new java.util.ArrayList<>(warnings);
    all.addAll(more);
    return new Response(
        status == 204 ? 200 : status, shape, data, auth, wrapping, lease, List.copyOf(all));
  }

  /** The same answer with a lease. */
  public Response leased(Lease other) {
    return new Response(status, shape, data, auth, wrapping, other, warnings);
  }

  /** Names the status only. */
  @Override
  public String toString() {
    return "Response[" + status + "]";
  }
}
