package strongroom.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/**
 * {@code sys/audit}, {@code sys/audit-hash}, {@code sys/audit-chain} and {@code
 * sys/config/auditing}.
 */
public final class AuditPaths {
  private static final String HEADERS = "config/auditing/request-headers";

  private final AuditBroker broker;

  /** Endpoints on {@code broker}. */
  public AuditPaths(AuditBroker broker) {
    this.broker = broker;
  }

  /** All of them, to stand below {@code sys/}. */
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("audit", "The audit devices.")
            .on(Operation.READ, call -> list())
            .sudo()
            .build(),
        Endpoint.at("audit/{path...}", "One audit device.")
            .field("type", "string", "file, syslog or socket.")
            .field("description", "string", "For people.")
            .field("options", "object", "Of the device.")
            .field("local", "boolean", "Kept for clients; there is no replication.")
            .onWrite(this::enable)
            .on(Operation.DELETE, this::disable)
            .sudo()
            .build(),
        Endpoint.at("audit-hash/{path...}", "A value as it stands in a device's records.")
            .field("input", "string", "The value.")
            .onWrite(this::hash)
            .build(),
        Endpoint.at("audit-chain/{path...}", "The key and the head of a device's chain.")
            .on(Operation.READ, this::chain)
            .sudo()
            .build(),
        Endpoint.at(HEADERS, "The request headers that are recorded.")
            .on(Operation.READ, call -> headers())
            .sudo()
            .build(),
        Endpoint.at(HEADERS + "/{header}", "A request header that is recorded.")
            .field("hmac", "boolean", "Whether its values are hashed; false by default.")
            .on(Operation.READ, this::header)
            .onWrite(this::setHeader)
            .on(Operation.DELETE, this::deleteHeader)
            .sudo()
            .build());
  }

  private Response list() {
    JsonObject.Builder all = JsonObject.builder();
    broker.entries().forEach(entry -> all.put(entry.path(), entry.shown()));
    return Response.of(200, Response.Shape.MIRRORED, all.build());
  }

  private static String path(Call call) {
    return AuditBroker.withSlash(call.parameter("path"));
  }

  private Response enable(Call call) {
    Fields fields = call.fields();
    broker.enable(
        new DeviceEntry(
            path(call),
            "",
            fields.requiredString("type").toLowerCase(Locale.ROOT),
            fields.string("description").orElse(""),
            fields.object("options").map(AuditPaths::texts).orElse(Map.of()),
            fields.bool("local").orElse(false),
            false));
    return Response.done();
  }

  /** Options are texts; {@code exclude} may also come as JSON. */
  private static Map<String, String> texts(JsonObject options) {
    Map<String, String> texts = new LinkedHashMap<>();
    options.members().forEach((name, value) -> texts.put(name, text(value)));
    return texts;
  }

  private static String text(JsonValue value) {
    return switch (value) {
      case JsonString(String text) -> text;
      case JsonNumber(String text) -> text;
      default -> new String(Json.toBytes(value), UTF_8);
    };
  }

  private Response disable(Call call) {
    broker.disable(path(call));
    return Response.done();
  }

  private Response hash(Call call) {
    Device device = broker.device(path(call));
    String input =
        call.fields()
            .nonEmptyString("input")
            .orElseThrow(() -> Refusal.invalid("the \"input\" parameter is empty"));
    return Response.of(
        200,
        Response.Shape.MIRRORED,
        JsonObject.builder().put("hash", device.salt().hash(input)).build());
  }

  private Response chain(Call call) {
    Device device = broker.device(path(call));
    Chain.Link head =
        device
            .chain()
            .orElseThrow(() -> Refusal.invalid("the device has no tamper_evident = \"true\""))
            .head();
    return Response.of(
        JsonObject.builder()
            .put("key", Base64.getEncoder().encodeToString(device.salt().chainKey()))
            .put("sequence", head.sequence())
            .put("mac", head.mac())
            .build());
  }

  private Response headers() {
    JsonObject.Builder all = JsonObject.builder();
    broker.headers().forEach((name, header) -> all.put(name, shown(header)));
    return Response.of(
        200, Response.Shape.MIRRORED, JsonObject.builder().put("headers", all.build()).build());
  }

  private static JsonObject shown(AuditedHeader header) {
    return JsonObject.builder().put("hmac", header.hmac()).build();
  }

  private Response header(Call call) {
    String name = call.parameter("header").toLowerCase(Locale.ROOT);
    AuditedHeader header =
        Optional.ofNullable(broker.headers().get(name))
            .orElseThrow(() -> Refusal.invalid("Could not find header in config"));
    return Response.of(
        200, Response.Shape.MIRRORED, JsonObject.builder().put(name, shown(header)).build());
  }

  private Response setHeader(Call call) {
    boolean hmac = call.fields().bool("hmac").orElse(false);
    broker.setHeader(call.parameter("header"), Optional.of(new AuditedHeader(hmac)));
    return Response.done();
  }

  private Response deleteHeader(Call call) {
    broker.setHeader(call.parameter("header"), Optional.empty());
    return Response.done();
  }
}
