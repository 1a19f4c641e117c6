package strongroom.audit;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.Client;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.logical.Response;

/** Requests to be recorded. */
final class Requests {
  static final Instant TIME = Instant.parse("2026-01-02T03:04:05.000000006Z");

  static final Subject.Holder HOLDER =
      new Subject.Holder(
          "accessor-1",
          "token-app",
          List.of("default", "app"),
          List.of(),
          Map.of("team", "blue"),
          "",
          "service",
          Duration.ofHours(1),
          TIME,
          3);

  private Requests() {}

  static JsonObject json(String text) {
    try {
      return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    } catch (Json.MalformedJson e) {
      throw new AssertionError(text, e);
    }
  }

  static JsonObject json(byte[] bytes) {
    return json(new String(bytes, StandardCharsets.UTF_8));
  }

  static Subject subject(Operation operation, String path, String body) {
    Client client =
        new Client(
            Optional.of(InetAddress.getLoopbackAddress()),
            4711,
            Map.of("x-request-source", List.of("ci"), "cookie", List.of("crumbs")),
            Optional.empty());
    Request request =
        new Request(
            "id-1",
            operation,
            path,
            json(body),
            "hvs.secret-token",
            client,
            Optional.of(Duration.ofSeconds(60)));
    Subject.Place place =
        new Subject.Place("secret/", "kv", "kv_1", List.of("plain"), List.of("shown"));
    return new Subject(request, Optional.of(HOLDER), Optional.of(place));
  }

  static Reply reply(String data) {
    return new Reply.Done("id-1", "kv", Response.of(json(data)));
  }
}
