package strongroom.clustering;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonBody;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.Response;

/** A reply on its way back to a standby: what is known of it as JSON, then its data. */
final class ReplyCodec {
  private static final byte[] NOTHING = new byte[0];

  private ReplyCodec() {}

  static byte[] of(Reply reply) {
    return switch (reply) {
      case Reply.Done(String id, String mountType, Response response) ->
          ForwardCodec.joined(
              Json.toBytes(
                  about(response)
                      .put("id", id)
                      .put("mount_type", mountType)
                      .put("kind", "done")
                      .build()),
              data(response));
      case Reply.Refused(String id, Refusal refusal) -> refused(id, refusal);
      case Reply.Counted(Reply counted, Reply.Rate rate) ->
          ForwardCodec.joined(
              Json.toBytes(
                  JsonObject.builder()
                      .put("id", counted.requestId())
                      .put("kind", "counted")
                      .put("limit", rate.limit())
                      .put("remaining", rate.remaining())
                      .put("reset", rate.resetSeconds())
                      .build()),
              of(counted));
    };
  }

  private static byte[] refused(String id, Refusal refusal) {
    JsonObject.Builder about =
        JsonObject.builder()
            .put("id", id)
            .put("kind", refusal.getClass().getSimpleName())
            .put("errors", refusal.errors());
    if (refusal instanceof Refusal.TooMany(var _, long seconds)) {
      about.put("retry_seconds", seconds);
    }
    if (refusal instanceof Refusal.NotFound(var _, Optional<Response> answer)
        && answer.isPresent()) {
      return ForwardCodec.joined(
          Json.toBytes(about.put("answer", about(answer.get()).build()).build()),
          data(answer.get()));
    }
    return ForwardCodec.joined(Json.toBytes(about.build()), NOTHING);
  }

  private static JsonObject.Builder about(Response response) {
    JsonObject.Builder about =
        JsonObject.builder()
            .put("status", response.status())
            .put("shape", response.shape().name())
            .put("has_data", response.data().isPresent())
            .put("lease_id", response.lease().id())
            .put("renewable", response.lease().renewable())
            .put("lease_ms", response.lease().duration().toMillis())
            .put("warnings", response.warnings());
    response
        .auth()
        .ifPresent(auth -> about.put("client_token", auth.clientToken()).put("auth", auth.body()));
    response
        .wrapping()
        .ifPresent(
            wrapping ->
                about.put("wrap_ms", wrapping.ttl().toMillis()).put("wrap_info", wrapping.body()));
    if (response.data().orElse(JsonObject.EMPTY) instanceof Response.Raw raw) {
      about.put("media_type", raw.mediaType());
    }
    return about;
  }

  private static byte[] data(Response response) {
    return switch (response.data().orElse(null)) {
      case null -> NOTHING;
      case Response.Raw raw -> raw.bytes();
      case Response.Stream _ ->
          throw new IllegalStateException("what is streamed is asked of the leader itself");
      case JsonBody json -> Json.toBytes(json);
    };
  }

  /** What {@link #of} made. */
  static Reply reply(byte[] content) throws Json.MalformedJson {
    List<byte[]> parts = ForwardCodec.parts(content);
    Fields about = new Fields(ForwardCodec.object(parts.get(0)));
    String id = about.requiredString("id");
    String kind = about.requiredString("kind");
    if (kind.equals("done")) {
      return new Reply.Done(
          id, about.string("mount_type").orElse(""), response(about, parts.get(1)));
    }
    if (kind.equals("counted")) {
      return new Reply.Counted(
          reply(parts.get(1)),
          new Reply.Rate(
              about.integer("limit").orElse(0L),
              about.integer("remaining").orElse(0L),
              about.integer("reset").orElse(0L)));
    }
    List<String> errors = about.strings("errors").orElse(List.of());
    return new Reply.Refused(id, refusal(kind, errors, about, parts.get(1)));
  }

  private static Refusal refusal(String kind, List<String> errors, Fields about, byte[] data)
      throws Json.MalformedJson {
    Optional<JsonObject> answer = about.object("answer");
    return switch (kind) {
      case "Invalid" -> new Refusal.Invalid(errors);
      case "Denied" -> new Refusal.Denied(errors);
      case "NotFound" ->
          new Refusal.NotFound(
              errors,
              answer.isPresent()
                  ? Optional.of(response(new Fields(answer.get()), data))
                  : Optional.empty());
      case "Unsupported" -> new Refusal.Unsupported(errors);
      case "TooLarge" -> new Refusal.TooLarge(errors);
      case "WrongMediaType" -> new Refusal.WrongMediaType(errors);
      case "TooMany" -> new Refusal.TooMany(errors, about.integer("retry_seconds").orElse(1L));
      case "Precondition" -> new Refusal.Precondition(errors);
      case "Sealed" -> new Refusal.Sealed(errors);
      case "Unavailable" -> new Refusal.Unavailable(errors);
      default -> new Refusal.Faulted(errors);
    };
  }

  private static Response response(Fields about, byte[] data) throws Json.MalformedJson {
    Response.Shape shape = Response.Shape.valueOf(about.requiredString("shape"));
    Optional<JsonBody> body = Optional.empty();
    if (about.bool("has_data").orElse(false)) {
      body =
          Optional.of(
              switch (shape) {
                case RAW -> new Response.Raw(about.string("media_type").orElse(""), data);
                // Its members are written one by one.
                case MIRRORED -> ForwardCodec.object(data);
                case ENVELOPE, BARE -> new ForwardCodec.AsItCame(data);
              });
    }
    Optional<JsonObject> auth = about.object("auth");
    Optional<JsonObject> wrapping = about.object("wrap_info");
    return new Response(
        about.integer("status", 100, 599).orElse(200),
        shape,
        body,
        auth.map(a -> new Response.Auth(about.string("client_token").orElse(""), a)),
        wrapping.map(
            w -> new Response.Wrapping(Duration.ofMillis(about.integer("wrap_ms").orElse(0L)), w)),
        lease(about),
        about.strings("warnings").orElse(List.of()));
  }

  private static Response.Lease lease(Fields about) {
    Response.Lease lease =
        new Response.Lease(
            about.string("lease_id").orElse(""),
            about.bool("renewable").orElse(false),
            Duration.ofMillis(about.integer("lease_ms").orElse(0L)));
    return lease.equals(Response.Lease.NONE) ? Response.Lease.NONE : lease;
  }
}
