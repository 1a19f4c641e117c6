package strongroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.logical.RequestHandler;
import strongroom.logical.Response;

class HttpFrontTest {
  private final AtomicReference<Request> seen = new AtomicReference<>();

  private Front front(Response response) {
    return Front.with(
        Front.answering(
            request -> {
              seen.set(request);
              return response;
            }));
  }

  private static HttpRequest.Builder put(Front front, String path, String body) {
    return HttpRequest.newBuilder(front.uri(path)).PUT(HttpRequest.BodyPublishers.ofString(body));
  }

  @Test
  void tellsARequestInTheWordsOfThePipeline() {
    try (Front front = front(Response.of(JsonObject.builder().put("a", "b").build()))) {
      HttpResponse<String> answer =
          front.send(
              put(front, "/v1/secret/data/a%20b?ignored=1", "{\"data\":{\"x\":1}}")
                  .header("X-Vault-Token", "hvs.secret")
                  .header("X-Vault-Wrap-TTL", "90")
                  .header("X-Custom", "one")
                  .header("Cookie", "hidden"));
      assertThat(answer.statusCode()).isEqualTo(200);
      Request request = seen.get();
      assertThat(request.operation()).isEqualTo(Operation.UPDATE);
      assertThat(request.path()).isEqualTo("secret/data/a b");
      assertThat(new String(Json.toBytes(request.body()), StandardCharsets.UTF_8))
          .isEqualTo("{\"data\":{\"x\":1}}");
      assertThat(request.token()).isEqualTo("hvs.secret");
      assertThat(request.wrapTtl()).contains(Duration.ofSeconds(90));
      assertThat(request.client().address().orElseThrow().isLoopbackAddress()).isTrue();
      assertThat(request.client().port()).isPositive();
      assertThat(request.client().certificate()).isEmpty();
      assertThat(request.client().headers())
          .containsEntry("x-custom", List.of("one"))
          .doesNotContainKeys("x-vault-token", "cookie", "authorization");
      assertThat(answer.body()).startsWith("{\"request_id\":\"" + request.id() + "\"");
      assertThat(request.id())
          .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    }
  }

  @Test
  void answersWithTheHeadersThatKeepSecretsOutOfCaches() {
    try (Front front = front(Response.of(JsonObject.EMPTY))) {
      HttpResponse<String> answer = front.get("/v1/secret/a");
      assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
      assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
      assertThat(answer.headers().firstValue("Strict-Transport-Security"))
          .contains("max-age=31536000; includeSubDomains");
      assertThat(answer.headers().firstValue("Content-Length"))
          .contains(Integer.toString(answer.body().length()));
      assertThat(answer.headers().firstValue("Server")).isEmpty();
    }
  }

  @Test
  void answersDoneWithoutABody() throws Exception {
    try (Front front = front(Response.done())) {
      HttpResponse<String> answer = front.get("/v1/secret/a");
      assertThat(answer.statusCode()).isEqualTo(204);
      assertThat(answer.body()).isEmpty();
      String raw = front.raw("GET /v1/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(raw).doesNotContain("Transfer-Encoding").endsWith("\r\n\r\n");
    }
  }

  @Test
  void answersHeadWithTheStatusAndNoBody() {
    try (Front front =
        front(Response.of(472, Response.Shape.BARE, JsonObject.builder().put("a", "b").build()))) {
      HttpResponse<String> answer =
          front.send(
              HttpRequest.newBuilder(front.uri("/v1/sys/health"))
                  .method("HEAD", HttpRequest.BodyPublishers.noBody()));
      assertThat(answer.statusCode()).isEqualTo(472);
      assertThat(answer.body()).isEmpty();
      assertThat(seen.get().operation()).isEqualTo(Operation.READ);
    }
  }

  @Test
  void answersRawBytesWithTheirMediaType() {
    Response.Raw raw =
        new Response.Raw("text/plain", "metric 1\n".getBytes(StandardCharsets.UTF_8));
    try (Front front = front(Response.of(200, Response.Shape.RAW, raw))) {
      HttpResponse<String> answer = front.get("/v1/sys/metrics");
      assertThat(answer.body()).isEqualTo("metric 1\n");
      assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain");
    }
  }

  @Test
  void answersEachRefusalWithItsStatus() {
    Map<Refusal, Integer> statuses =
        Map.of(
            new Refusal.Invalid(List.of("bad")), 400,
            new Refusal.Denied(List.of("permission denied")), 403,
            new Refusal.NotFound(List.of(), Optional.empty()), 404,
            new Refusal.Unsupported(List.of("unsupported operation")), 405,
            new Refusal.Precondition(List.of("not here yet")), 412,
            new Refusal.TooLarge(List.of("large")), 413,
            new Refusal.TooMany(List.of("slow down")), 429,
            new Refusal.Faulted(List.of("internal")), 500,
            new Refusal.Sealed(List.of("Vault is sealed")), 503,
            new Refusal.Unavailable(List.of("away")), 503);
    statuses.forEach(
        (refusal, status) -> {
          RequestHandler refusing =
              (request, reply) -> reply.accept(new Reply.Refused(request.id(), refusal));
          try (Front front = Front.with(refusing)) {
            HttpResponse<String> answer = front.get("/v1/a");
            assertThat(answer.statusCode()).as("%s", refusal).isEqualTo(status);
            assertThat(answer.body()).startsWith("{\"errors\":[");
          }
        });
  }

  @Test
  void tellsWhenToAskAgainAndWhatIsLeft() {
    RequestHandler counting =
        (request, reply) ->
            reply.accept(
                new Reply.Counted(
                    new Reply.Refused(request.id(), new Refusal.TooMany(List.of("slow"), 42)),
                    new Reply.Rate(10, 3, 7)));
    try (Front front = Front.with(counting)) {
      HttpHeaders headers = front.get("/v1/a").headers();
      assertThat(headers.firstValue("Retry-After")).contains("42");
      assertThat(headers.firstValue("X-RateLimit-Limit")).contains("10");
      assertThat(headers.firstValue("X-RateLimit-Remaining")).contains("3");
      assertThat(headers.firstValue("X-RateLimit-Reset")).contains("7");
    }
  }

  @Test
  void answersFromAnotherThreadLater() {
    try (Front front =
        Front.with(
            (request, reply) ->
                Thread.startVirtualThread(
                    () -> reply.accept(new Reply.Done(request.id(), "kv", Response.done()))))) {
      for (int i = 0; i < 50; i++) {
        assertThat(front.send(put(front, "/v1/a", "{}")).statusCode()).isEqualTo(204);
      }
    }
  }

  @Test
  void countsTheFirstReplyOnly() {
    RequestHandler twice =
        (request, reply) -> {
          reply.accept(new Reply.Done(request.id(), "kv", Response.done()));
          reply.accept(new Reply.Refused(request.id(), new Refusal.Denied(List.of("late"))));
        };
    try (Front front = Front.with(twice)) {
      assertThat(front.get("/v1/a").statusCode()).isEqualTo(204);
      assertThat(front.get("/v1/a").statusCode()).isEqualTo(204);
    }
  }

  @Test
  void answersAHandlerThatNeverReplies() {
    HttpSettings.Limits limits =
        new HttpSettings.Limits(
            1024,
            Duration.ofMillis(300),
            HttpSettings.Times.DEFAULT,
            32 * 1024,
            1000,
            false,
            Map.of());
    AtomicReference<Consumer<Reply>> late = new AtomicReference<>();
    try (Front front = Front.with(limits, (request, reply) -> late.set(reply))) {
      HttpResponse<String> answer = front.get("/v1/a");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("max_request_duration");
      late.get().accept(new Reply.Done("late", "kv", Response.done()));
    }
  }

  @Test
  void answersWhenTheHandlerBreaks() {
    RequestHandler broken =
        (request, reply) -> {
          throw new IllegalStateException("hunter2");
        };
    try (Front front = Front.with(broken)) {
      HttpResponse<String> answer = front.get("/v1/a");
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).startsWith("{\"errors\":[").doesNotContain("hunter2");
    }
  }

  @Test
  void saysWhereTheApiIs() {
    try (Front front = front(Response.done())) {
      for (String path : List.of("/", "/ui", "/ui/vault", "/v1", "/v1/", "/v2/a", "/favicon.ico")) {
        HttpResponse<String> answer = front.get(path);
        assertThat(answer.statusCode()).as(path).isEqualTo(404);
        assertThat(answer.body()).as(path).startsWith("{\"errors\":[").contains("/v1/");
      }
      assertThat(seen.get()).isNull();
    }
  }

  @Test
  void tellsItsMethods() {
    try (Front front = front(Response.done())) {
      HttpResponse<String> answer =
          front.send(
              HttpRequest.newBuilder(front.uri("/v1/a"))
                  .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
      assertThat(answer.statusCode()).isEqualTo(204);
      assertThat(answer.headers().firstValue("Allow").orElseThrow()).contains("LIST");
      assertThat(
              front
                  .send(
                      HttpRequest.newBuilder(front.uri("/v1/a"))
                          .method("BREW", HttpRequest.BodyPublishers.noBody()))
                  .statusCode())
          .isEqualTo(405);
    }
  }

  @Test
  void wantsTheRequestHeaderWhereConfigured() {
    HttpSettings.Limits limits =
        new HttpSettings.Limits(
            1024, Duration.ofSeconds(9), Duration.ofMinutes(1), 8192, true, Map.of());
    try (Front front = Front.with(limits, Front.answering(request -> Response.done()))) {
      assertThat(front.get("/v1/a").statusCode()).isEqualTo(412);
      assertThat(
              front
                  .send(
                      HttpRequest.newBuilder(front.uri("/v1/a")).header("X-Vault-Request", "true"))
                  .statusCode())
          .isEqualTo(204);
    }
  }

  @Test
  void addsConfiguredHeadersByStatus() {
    HttpSettings.Limits limits =
        new HttpSettings.Limits(
            1024,
            Duration.ofSeconds(9),
            Duration.ofMinutes(1),
            8192,
            false,
            Map.of(
                "default",
                Map.of("X-A", "default", "X-B", "default", "X-Vault-Token", "no"),
                "2xx",
                Map.of("X-B", "2xx", "X-C", "2xx"),
                "204",
                Map.of("X-C", "204", "Cache-Control", "no")));
    try (Front front = Front.with(limits, Front.answering(request -> Response.done()))) {
      var headers = front.get("/v1/a").headers();
      assertThat(headers.allValues("X-A")).containsExactly("default");
      assertThat(headers.allValues("X-B")).containsExactly("2xx");
      assertThat(headers.allValues("X-C")).containsExactly("204");
      assertThat(headers.firstValue("X-Vault-Token")).isEmpty();
      assertThat(headers.allValues("Cache-Control")).containsExactly("no-store");
      assertThat(front.get("/ui").headers().allValues("X-B")).containsExactly("default");
    }
  }

  @Test
  void answersPipelinedRequestsInTheirOrder() throws Exception {
    try (Front front =
            Front.with(
                Front.answering(
                    request ->
                        Response.of(JsonObject.builder().put("p", request.path()).build())));
        Socket socket = front.socket()) {
      StringBuilder many = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        many.append("GET /v1/p").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      socket.getOutputStream().write(many.toString().getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < 20; i++) {
        assertThat(Front.readAnswer(socket)).contains("{\"p\":\"p" + i + "\"}");
      }
    }
  }

  @Test
  void letsRequestsUnderWayEndWhenItCloses() throws Exception {
    AtomicReference<Consumer<Reply>> pending = new AtomicReference<>();
    Front front = Front.with((request, reply) -> pending.set(reply));
    try (Socket socket = front.socket()) {
      socket
          .getOutputStream()
          .write("GET /v1/a HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Front.await("the request is under way", () -> pending.get() != null);
      int port = front.port();
      Thread closing = Thread.startVirtualThread(front::close);
      Front.await(
          "nobody is let in any more",
          () -> {
            try (Socket socketOfAnother =
                new Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
              return !socketOfAnother.isConnected();
            } catch (java.io.IOException e) {
              return true;
            }
          });
      assertThat(closing.isAlive()).isTrue();
      pending.get().accept(new Reply.Done("id", "kv", Response.done()));
      assertThat(Front.readAnswer(socket)).startsWith("HTTP/1.1 204");
      closing.join();
    }
  }

  @Test
  void listensOnIpv6() {
    HttpSettings settings =
        new HttpSettings.Tcp(
            "::1", 0, Optional.empty(), HttpSettings.Forwarded.NOBODY, HttpSettings.Limits.DEFAULT);
    try (Front front = Front.of(settings, Front.answering(request -> Response.done()))) {
      String address = front.http.addresses().getFirst().toString();
      assertThat(address).startsWith("http://[::1]:");
      assertThat(
              front
                  .send(HttpRequest.newBuilder(java.net.URI.create(address + "/v1/a")))
                  .statusCode())
          .isEqualTo(204);
    }
  }

  @Test
  void servesSeveralListenersAndSaysWhichCannotBeOpened() {
    HttpSettings any =
        new HttpSettings.Tcp(
            "127.0.0.1",
            0,
            Optional.empty(),
            HttpSettings.Forwarded.NOBODY,
            HttpSettings.Limits.DEFAULT);
    RequestHandler handler = Front.answering(request -> Response.done());
    try (HttpFront front = new HttpFront(List.of(any, any, any, any, any, any), handler)) {
      front.start();
      assertThat(front.addresses()).hasSize(6).doesNotHaveDuplicates();
      int taken = front.addresses().getFirst().getPort();
      HttpSettings second =
          new HttpSettings.Tcp(
              "127.0.0.1",
              taken,
              Optional.empty(),
              HttpSettings.Forwarded.NOBODY,
              HttpSettings.Limits.DEFAULT);
      try (HttpFront other = new HttpFront(List.of(second), handler)) {
        org.assertj.core.api.Assertions.assertThatThrownBy(other::start)
            .isInstanceOf(HttpFault.class)
            .hasMessageContaining(Integer.toString(taken));
      }
    }
  }

  @Test
  void aDeleteMayCarryItsParametersInABodyOrInTheQuery() {
    try (Front front = Front.with(Front.answering(request -> Response.of(request.body())))) {
      HttpRequest.Builder withBody =
          HttpRequest.newBuilder(front.uri("/v1/sys/rekey/init"))
              .method("DELETE", HttpRequest.BodyPublishers.ofString("{\"nonce\":\"n1\"}"));
      assertThat(front.send(withBody).body()).contains("\"data\":{\"nonce\":\"n1\"}");
      HttpRequest.Builder withQuery =
          HttpRequest.newBuilder(front.uri("/v1/sys/rekey/init?nonce=n2")).DELETE();
      assertThat(front.send(withQuery).body()).contains("\"data\":{\"nonce\":\"n2\"}");
    }
  }
}
