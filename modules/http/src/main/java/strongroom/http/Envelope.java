package strongroom.http;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBody;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.Response;
import tools.jackson.core.JsonGenerator;

/** The body of an answer, in the shapes that clients know. */
final class Envelope {
  private static final int SIZE_GUESS = 1024;

  private Envelope() {}

  /** The bytes of a response's body; none for 204. */
  static byte[] bytes(Reply.Done done) {
    Response response = done.response();
    if (response.status() == 204) {
      return new byte[0];
    }
    return switch (response.shape()) {
      case RAW -> ((Response.Raw) response.data().orElseThrow()).bytes();
      case BARE -> bytes(response.data().orElse(JsonObject.EMPTY));
      case ENVELOPE, MIRRORED -> bytes(out -> write(done, response, out));
    };
  }

  private static byte[] bytes(JsonBody body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(SIZE_GUESS);
    Json.write(body, out);
    out.write('\n');
    return out.toByteArray();
  }

  private static void write(Reply.Done done, Response response, JsonGenerator out) {
    out.writeStartObject();
    if (response.shape() == Response.Shape.MIRRORED
        && response.data().isPresent()
        && response.data().get() instanceof JsonObject mirrored) {
      mirrored
          .members()
          .forEach(
              (name, value) -> {
                out.writeName(name);
                value.writeTo(out);
              });
    }
    out.writeStringProperty("request_id", done.requestId());
    Response.Lease lease = response.lease();
    out.writeStringProperty("lease_id", lease.id());
    out.writeBooleanProperty("renewable", lease.renewable());
    out.writeNumberProperty("lease_duration", lease.duration().toSeconds());
    member(out, "data", response.data());
    member(out, "wrap_info", response.wrapping().map(Response.Wrapping::body));
    out.writeName("warnings");
    if (response.warnings().isEmpty()) {
      out.writeNull();
    } else {
      JsonArray.ofStrings(response.warnings()).writeTo(out);
    }
    member(out, "auth", response.auth().map(Response.Auth::body));
    out.writeStringProperty("mount_type", done.mountType());
    out.writeEndObject();
  }

  private static void member(JsonGenerator out, String name, Optional<? extends JsonBody> value) {
    out.writeName(name);
    if (value.isPresent()) {
      value.get().writeTo(out);
    } else {
      out.writeNull();
    }
  }

  /** The bytes of a refusal: its messages, or what a missing entry tells all the same. */
  static byte[] bytes(Reply.Refused refused) {
    if (refused.refusal() instanceof Refusal.NotFound(var errors, Optional<Response> answer)
        && answer.isPresent()) {
      return bytes(new Reply.Done(refused.requestId(), "", answer.get()));
    }
    return errors(refused.refusal().errors());
  }

  static byte[] errors(List<String> messages) {
    return bytes(JsonObject.builder().put("errors", messages).build());
  }
}
