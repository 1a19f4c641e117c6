package strongroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.RequestHandler;
import strongroom.logical.Response;

class BodyTest {
  private static final int MAX = 100_000;

  /** Answers with the number of characters of the member a. */
  private static final RequestHandler LENGTH =
      Front.answering(
          request -> {
            long length =
                request.body().member("a").orElse(new JsonString("")) instanceof JsonString text
                    ? text.value().length()
                    : -1;
            return Response.of(JsonObject.builder().put("length", length).build());
          });

  private static String json(int length) {
    return "{\"a\":\"" + "x".repeat(length) + "\"}";
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static HttpSettings.Times times(long bodyMillis) {
    return new HttpSettings.Times(
        Duration.ofSeconds(10),
        Duration.ofMillis(bodyMillis),
        Duration.ofSeconds(60),
        Duration.ofMinutes(5));
  }

  @Test
  void takesBodiesOfEverySize() {
    try (Front front = Front.with(LENGTH)) {
      for (int length : new int[] {0, 1, 1000, 1024, 16_000, 70_000, 1_000_000, 8_000_000}) {
        HttpRequest.Builder request = HttpRequest.newBuilder(front.uri("/v1/a"));
        assertThat(
                front.send(request.PUT(HttpRequest.BodyPublishers.ofString(json(length)))).body())
            .contains("\"length\":" + length + "}");
        byte[] bytes = json(length).getBytes(StandardCharsets.US_ASCII);
        assertThat(
                front
                    .send(
                        request.POST(
                            HttpRequest.BodyPublishers.ofInputStream(
                                () -> new java.io.ByteArrayInputStream(bytes))))
                    .body())
            .as("in chunks")
            .contains("\"length\":" + length + "}");
      }
    }
  }

  @Test
  void refusesABodyOverTheLimitWhicheverWayItComes() throws Exception {
    try (Front front = Front.with(Front.limits(MAX, HttpSettings.Times.DEFAULT), LENGTH)) {
      String good = json(MAX - 8);
      try (Socket socket = front.socket()) {
        write(
            socket,
            "PUT /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: "
                + good.length()
                + "\r\n\r\n"
                + good);
        assertThat(Front.readAnswer(socket)).startsWith("HTTP/1.1 200");
      }
      for (int length : new int[] {MAX - 7, 10 * MAX, 50 * MAX}) {
        String bad = json(length);
        try (Socket socket = front.socket()) {
          write(
              socket,
              "PUT /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: "
                  + bad.length()
                  + "\r\n\r\n"
                  + bad);
          assertThat(Front.readAnswer(socket))
              .startsWith("HTTP/1.1 413")
              .contains("{\"errors\":[")
              .contains("Connection: close");
          assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket socket = front.socket()) {
          write(
              socket,
              "PUT /v1/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                  + Integer.toHexString(bad.length())
                  + "\r\n"
                  + bad
                  + "\r\n0\r\n\r\n");
          assertThat(Front.readAnswer(socket)).startsWith("HTTP/1.1 413");
          assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void answersBeforeALargeBodyIsSent() throws Exception {
    try (Front front = Front.with(Front.limits(MAX, HttpSettings.Times.DEFAULT), LENGTH);
        Socket socket = front.socket()) {
      write(socket, "PUT /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n{");
      assertThat(Front.readAnswer(socket)).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void cutsOffWhoGoesOnSending() throws Exception {
    try (Front front = Front.with(Front.limits(MAX, HttpSettings.Times.DEFAULT), LENGTH);
        Socket socket = front.socket()) {
      write(socket, "PUT /v1/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
      OutputStream out = socket.getOutputStream();
      byte[] chunk =
          ("10000\r\n" + "x".repeat(65_536) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      long sent = 0;
      boolean cut = false;
      while (!cut && sent < 1L << 30) {
        try {
          out.write(chunk);
          sent += chunk.length;
        } catch (IOException e) {
          cut = true;
        }
      }
      assertThat(cut).as("cut off after %s bytes", sent).isTrue();
    }
  }

  @Test
  void readsABodyThatTricklesInWithoutHoldingAThread() throws Exception {
    try (Front front = Front.with(LENGTH)) {
      List<Socket> sockets = new ArrayList<>();
      try {
        for (int i = 0; i < 100; i++) {
          Socket socket = front.socket();
          sockets.add(socket);
          write(socket, "PUT /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n{\"a\"");
        }
        assertThat(front.get("/v1/sys/health").statusCode()).isEqualTo(200);
        for (String part : List.of(":", "\"x", "x", "\"")) {
          for (Socket socket : sockets) {
            write(socket, part);
          }
        }
        for (Socket socket : sockets) {
          write(socket, " }");
          assertThat(Front.readAnswer(socket)).contains("\"length\":2}");
        }
      } finally {
        for (Socket socket : sockets) {
          socket.close();
        }
      }
    }
  }

  @Test
  void refusesABodyThatTakesTooLong() throws Exception {
    try (Front front = Front.with(Front.limits(MAX, times(200)), LENGTH);
        Socket stalled = front.socket();
        Socket trickling = front.socket()) {
      String head = "PUT /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n{";
      write(stalled, head);
      write(trickling, head);
      Thread trickle =
          Thread.startVirtualThread(
              () -> {
                try {
                  while (true) {
                    write(trickling, " ");
                    Thread.sleep(10);
                  }
                } catch (IOException | InterruptedException e) {
                  // Cut off, as it is to be.
                }
              });
      assertThat(Front.readAnswer(stalled))
          .startsWith("HTTP/1.1 408")
          .contains("http_read_timeout");
      assertThat(stalled.getInputStream().read()).isEqualTo(-1);
      assertThat(Front.readAnswer(trickling)).startsWith("HTTP/1.1 408");
      trickle.join(Front.WAIT_MAX);
      assertThat(trickle.isAlive()).isFalse();
      Front.await("no connection is left", () -> front.http.connections() == 0);
    }
  }

  @Test
  void refusesABodyThatBreaksOff() throws Exception {
    try (Front front = Front.with(LENGTH)) {
      String answer =
          front.raw("PUT /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{\"a\":");
      assertThat(answer).doesNotContain("HTTP/1.1 2").doesNotContain("HTTP/1.1 5");
      Front.await("no connection is left", () -> front.http.connections() == 0);
    }
  }

  @Test
  void sharesMemoryAmongBodiesAndGivesItBack() {
    BodyBudget budget = new BodyBudget(1000);
    BodyBudget.Share one = budget.share();
    BodyBudget.Share two = budget.share();
    assertThat(one.growTo(600)).isTrue();
    assertThat(two.growTo(500)).isFalse();
    assertThat(two.growTo(400)).isTrue();
    assertThat(one.growTo(600)).isTrue();
    assertThat(budget.taken()).isEqualTo(1000);
    one.close();
    one.close();
    assertThat(budget.taken()).isEqualTo(400);
    assertThat(two.growTo(1000)).isTrue();
    two.close();
    assertThat(budget.taken()).isZero();
  }

  @Test
  void refusesLargeBodiesForWhichThereIsNoMemoryNow() throws Exception {
    long all = Math.max(MAX, Runtime.getRuntime().maxMemory() / 8);
    try (Front front = Front.with(Front.limits(all, HttpSettings.Times.DEFAULT), LENGTH)) {
      List<Socket> sockets = new ArrayList<>();
      try {
        int most = (int) (all / 10 * 9);
        for (int i = 0; i < 2; i++) {
          Socket socket = front.socket();
          sockets.add(socket);
          write(
              socket,
              "PUT /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: " + most + "\r\n\r\n{\"a\":\"");
          try {
            write(socket, "x".repeat(most / 2 + most / 4));
          } catch (IOException e) {
            // Refused while it was sent.
          }
        }
        assertThat(Front.readAnswer(sockets.get(1)))
            .startsWith("HTTP/1.1 503")
            .contains("try again");
        assertThat(front.get("/v1/sys/health").statusCode()).isEqualTo(200);
      } finally {
        for (Socket socket : sockets) {
          socket.close();
        }
      }
    }
  }
}
