package strongroom.clustering;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import strongroom.logical.Client;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonLimits;
import strongroom.logical.JsonObject;
import strongroom.logical.OpenEndpoints;
import strongroom.logical.Operation;
import strongroom.logical.Redaction;
import strongroom.logical.Request;

/**
 * A request on its way from a standby to the node that leads: what is known of it as JSON, its
 * length in front (4 bytes), then its body as JSON. Everything that the leader needs to judge it
 * goes along, the client's address and certificate among them: the leader believes the standby,
 * which has proved that it has the root key.
 */
final class ForwardCodec {
  /** Nothing is refused here that a listener has let in. */
  private static final JsonLimits ALL =
      new JsonLimits(
          Json.DEPTH_CEILING,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE);

  private ForwardCodec() {}

  static byte[] request(Request request) {
    Client client = request.client();
    JsonObject.Builder headers = JsonObject.builder();
    client.headers().forEach(headers::put);
    JsonObject.Builder about =
        JsonObject.builder()
            .put("id", request.id())
            .put("operation", request.operation().name())
            .put("path", request.path())
            .put("token", request.token())
            .put("port", client.port())
            .put("headers", headers.build())
            .put("open", client.open().stream().map(OpenEndpoints::name).toList())
            .put("redact_addresses", client.redaction().addresses())
            .put("redact_cluster_name", client.redaction().clusterName())
            .put("redact_version", client.redaction().version())
            .put("redact_metrics", client.redaction().metrics());
    client.address().ifPresent(address -> about.put("address", binary(address.getAddress())));
    client.certificate().ifPresent(certificate -> about.put("certificate", binary(certificate)));
    request.wrapTtl().ifPresent(ttl -> about.put("wrap_ttl_ms", ttl.toMillis()));
    return joined(Json.toBytes(about.build()), Json.toBytes(request.body()));
  }

  /** What {@link #request} made. */
  static Request request(byte[] content) throws Json.MalformedJson {
    List<byte[]> parts = parts(content);
    Fields about = new Fields(object(parts.get(0)));
    Set<OpenEndpoints> open = new LinkedHashSet<>();
    about.strings("open").orElse(List.of()).forEach(name -> open.add(OpenEndpoints.valueOf(name)));
    Map<String, List<String>> headers = new HashMap<>();
    Fields sent = new Fields(about.object("headers").orElse(JsonObject.EMPTY));
    for (String name : sent.body().members().keySet()) {
      headers.put(name, sent.strings(name).orElse(List.of()));
    }
    Client client =
        new Client(
            about.string("address").map(ForwardCodec::address),
            about.integer("port", 0, 65535).orElse(0),
            headers,
            about.string("certificate").map(text -> Base64.getDecoder().decode(text)),
            open,
            new Redaction(
                about.bool("redact_addresses").orElse(false),
                about.bool("redact_cluster_name").orElse(false),
                about.bool("redact_version").orElse(false),
                about.bool("redact_metrics").orElse(false)));
    return new Request(
        about.requiredString("id"),
        Operation.valueOf(about.requiredString("operation")),
        about.requiredString("path"),
        object(parts.get(1)),
        about.string("token").orElse(""),
        client,
        about.integer("wrap_ttl_ms").map(Duration::ofMillis));
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByAddress(Base64.getDecoder().decode(text));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address", e);
    }
  }

  static String binary(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static JsonObject object(byte[] text) throws Json.MalformedJson {
    return text.length == 0 ? JsonObject.EMPTY : Json.parseObject(text, ALL);
  }

  static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(Integer.BYTES + first.length + second.length)
        .putInt(first.length)
        .put(first)
        .put(second)
        .array();
  }

  /** The two parts of what {@link #joined} made. */
  static List<byte[]> parts(byte[] content) {
    try {
      int length = ByteBuffer.wrap(content).getInt();
      int end = Math.addExact(Integer.BYTES, length);
      if (length < 0 || end > content.length) {
        throw new IllegalArgumentException("a part that is not there");
      }
      return List.of(
          Arrays.copyOfRange(content, Integer.BYTES, end),
          Arrays.copyOfRange(content, end, content.length));
    } catch (BufferUnderflowException | ArithmeticException e) {
      throw new IllegalArgumentException("a part that is not there", e);
    }
  }

  /** JSON as it came, which need not be read to be sent on. */
  record AsItCame(byte[] json) implements strongroom.logical.JsonBody {
    @Override
    public void writeTo(tools.jackson.core.JsonGenerator out) {
      out.writeRawValue(new String(json, UTF_8));
    }
  }
}
