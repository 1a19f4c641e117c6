package strongroom.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBody;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.Response;

/**
 * The body of an answer, in the shapes that clients know. What is the same in nearly every answer
 * is written as bytes made once; only what differs goes through a JSON generator.
 */
final class Envelope {
  private static final byte[] REQUEST_ID = "\"request_id\":\"".getBytes(US_ASCII);
  private static final byte[] NO_LEASE =
      "\",\"lease_id\":\"\",\"renewable\":false,\"lease_duration\":0,\"data\":".getBytes(US_ASCII);
  private static final byte[] NOTHING_MORE =
      ",\"wrap_info\":null,\"warnings\":null,\"auth\":null,\"mount_type\":\"".getBytes(US_ASCII);
  private static final byte[] END = "\"}\n".getBytes(US_ASCII);
  private static final byte[] NULL = "null".getBytes(US_ASCII);

  /** The envelope's own members, which mirrored data must not have a second time. */
  private static final Set<String> MEMBERS =
      Set.of(
          "request_id",
          "lease_id",
          "renewable",
          "lease_duration",
          "data",
          "wrap_info",
          "warnings",
          "auth",
          "mount_type");

  private Envelope() {}

  /** Writes the body of a response; nothing for 204. */
  static void write(Reply.Done done, AnswerBuffer out) {
    Response response = done.response();
    if (response.status() == 204) {
      return;
    }
    switch (response.shape()) {
      case RAW -> {
        byte[] bytes = ((Response.Raw) response.data().orElseThrow()).bytes();
        out.write(bytes, bytes.length);
      }
      case BARE -> {
        Json.write(response.data().orElse(JsonObject.EMPTY), out);
        out.write('\n');
      }
      case ENVELOPE -> {
        out.write('{');
        members(done, response, out);
      }
      case MIRRORED -> {
        out.write('{');
        if (response.data().isPresent() && response.data().get() instanceof JsonObject data) {
          mirror(data, out);
        }
        members(done, response, out);
      }
    }
  }

  private static void mirror(JsonObject data, AnswerBuffer out) {
    for (Map.Entry<String, JsonValue> member : data.members().entrySet()) {
      if (!MEMBERS.contains(member.getKey())) {
        Json.write(new JsonString(member.getKey()), out);
        out.write(':');
        Json.write(member.getValue(), out);
        out.write(',');
      }
    }
  }

  private static void members(Reply.Done done, Response response, AnswerBuffer out) {
    out.write(REQUEST_ID, REQUEST_ID.length);
    out.ascii(done.requestId());
    if (response.lease().equals(Response.Lease.NONE)) {
      out.write(NO_LEASE, NO_LEASE.length);
    } else {
      lease(response.lease(), out);
    }
    value(response.data(), out);
    boolean more =
        response.wrapping().isPresent()
            || response.auth().isPresent()
            || !response.warnings().isEmpty();
    if (more) {
      out.ascii(",\"wrap_info\":");
      value(response.wrapping().map(Response.Wrapping::body), out);
      out.ascii(",\"warnings\":");
      value(
          response.warnings().isEmpty()
              ? Optional.empty()
              : Optional.of(JsonArray.ofStrings(response.warnings())),
          out);
      out.ascii(",\"auth\":");
      value(response.auth().map(Response.Auth::body), out);
      out.ascii(",\"mount_type\":\"");
    } else {
      out.write(NOTHING_MORE, NOTHING_MORE.length);
    }
    // Types of mounts are words of ASCII letters, digits, dashes and underscores.
    out.ascii(done.mountType());
    out.write(END, END.length);
  }

  private static void lease(Response.Lease lease, AnswerBuffer out) {
    out.ascii("\",\"lease_id\":");
    Json.write(new JsonString(lease.id()), out);
    out.ascii(
        ",\"renewable\":"
            + lease.renewable()
            + ",\"lease_duration\":"
            + lease.duration().toSeconds()
            + ",\"data\":");
  }

  private static void value(Optional<? extends JsonBody> value, AnswerBuffer out) {
    if (value.isPresent()) {
      Json.write(value.get(), out);
    } else {
      out.write(NULL, NULL.length);
    }
  }

  /** Writes a refusal: its messages, or what a missing entry tells all the same. */
  static void write(Reply.Refused refused, AnswerBuffer out) {
    if (refused.refusal() instanceof Refusal.NotFound(var errors, Optional<Response> answer)
        && answer.isPresent()) {
      write(new Reply.Done(refused.requestId(), "", answer.get()), out);
    } else {
      errors(refused.refusal().errors(), out);
    }
  }

  static void errors(List<String> messages, AnswerBuffer out) {
    Json.write(JsonObject.builder().put("errors", messages).build(), out);
    out.write('\n');
  }
}
