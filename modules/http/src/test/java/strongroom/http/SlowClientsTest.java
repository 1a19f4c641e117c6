package strongroom.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.JsonObject;
import strongroom.logical.Response;

class SlowClientsTest {
  private static final byte[] REQUEST =
      "GET /v1/sys/health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII);

  /** With -Dstrongroom.http.connections=10000 the test is at full size. */
  private static final int IDLE = Integer.getInteger("strongroom.http.connections", 2000);

  private static final int SLOW = IDLE / 20 + 100;

  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private Socket open(Front front) throws IOException {
    Socket socket = front.socket();
    sockets.add(socket);
    return socket;
  }

  private static HttpSettings.Limits limits(HttpSettings.Times times, int connectionsMax) {
    return new HttpSettings.Limits(
        100_000, Duration.ofSeconds(90), times, 8192, connectionsMax, false, Map.of());
  }

  private static HttpSettings.Times times(long headerMillis, long writeMillis, long idleMillis) {
    return new HttpSettings.Times(
        Duration.ofMillis(headerMillis),
        Duration.ofSeconds(30),
        Duration.ofMillis(writeMillis),
        Duration.ofMillis(idleMillis));
  }

  @Test
  void answersOthersWhileManyAreIdleAndManyAreSlow() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (Front front =
        Front.with(
            Front.answering(
                request -> {
                  asked.incrementAndGet();
                  return Response.done();
                }))) {
      for (int i = 0; i < IDLE; i++) {
        Socket socket = open(front);
        if (i % 2 == 0) {
          socket.getOutputStream().write(REQUEST);
          assertThat(Front.readAnswer(socket)).startsWith("HTTP/1.1 204");
        }
      }
      List<Socket> slow = new ArrayList<>();
      for (int i = 0; i < SLOW; i++) {
        Socket socket = open(front);
        slow.add(socket);
        socket
            .getOutputStream()
            .write(
                (i % 2 == 0 ? "GET /v1" : "PUT /v1/a HTTP/1.1\r\nHost: x\r\nContent-Le")
                    .getBytes(US_ASCII));
      }
      Front.await("all are open", () -> front.http.connections() == IDLE + SLOW);
      try (Socket client = front.socket()) {
        for (int round = 0; round < 20; round++) {
          for (Socket socket : slow) {
            socket.getOutputStream().write('n');
          }
          client.getOutputStream().write(REQUEST);
          assertThat(Front.readAnswer(client)).startsWith("HTTP/1.1 204");
        }
      }
      assertThat(asked.get()).isEqualTo((IDLE + 1) / 2 + 20);
      sockets.get(0).getOutputStream().write(REQUEST);
      assertThat(Front.readAnswer(sockets.get(0))).startsWith("HTTP/1.1 204");
      sockets.get(1).getOutputStream().write(REQUEST);
      assertThat(Front.readAnswer(sockets.get(1))).startsWith("HTTP/1.1 204");
    }
  }

  @Test
  void closesWhoTakesTooLongForHeadersAndLeavesWhoIsIdle() throws Exception {
    try (Front front =
        Front.with(
            limits(times(300, 60_000, 300_000), 1000),
            Front.answering(request -> Response.done()))) {
      Socket idle = open(front);
      idle.getOutputStream().write(REQUEST);
      Front.readAnswer(idle);
      Socket silent = open(front);
      Socket stalled = open(front);
      stalled.getOutputStream().write("GET /v1/a HT".getBytes(US_ASCII));
      Socket trickling = open(front);
      Thread trickle =
          Thread.startVirtualThread(
              () -> {
                try {
                  trickling.getOutputStream().write("GET /v1/a HTTP/1.1\r\nX:".getBytes(US_ASCII));
                  while (true) {
                    trickling.getOutputStream().write('x');
                    Thread.sleep(20);
                  }
                } catch (IOException | InterruptedException e) {
                  // Cut off, as it is to be.
                }
              });
      Front.await("the two are closed", () -> front.http.connections() == 2);
      trickle.join(Front.WAIT_MAX);
      assertThat(trickle.isAlive()).isFalse();
      assertThat(stalled.getInputStream().read()).isEqualTo(-1);
      for (Socket good : List.of(idle, silent)) {
        good.getOutputStream().write(REQUEST);
        assertThat(Front.readAnswer(good)).startsWith("HTTP/1.1 204");
      }
    }
  }

  @Test
  void closesWhoIsIdleTooLong() throws Exception {
    try (Front front =
        Front.with(
            limits(times(10_000, 60_000, 300), 1000),
            Front.answering(request -> Response.done()))) {
      Socket idle = open(front);
      idle.getOutputStream().write(REQUEST);
      Front.readAnswer(idle);
      assertThat(idle.getInputStream().read()).isEqualTo(-1);
      Front.await("it is forgotten", () -> front.http.connections() == 0);
    }
  }

  @Test
  void closesWhoDoesNotReadItsAnswer() throws Exception {
    JsonObject large = JsonObject.builder().put("v", "x".repeat(20_000_000)).build();
    HttpSettings.Times times = times(10_000, 20, 300_000);
    try (Front front =
        Front.with(limits(times, 1000), Front.answering(request -> Response.of(large)))) {
      Socket deaf = open(front);
      deaf.getOutputStream().write(REQUEST);
      Front.await("it is asking", () -> front.http.connections() == 1);
      Front.await("it is cut off", () -> front.http.connections() == 0);
    }
  }

  @Test
  void makesRoomByClosingWhoHasBeenIdleLongest() throws Exception {
    try (Front front =
        Front.with(
            limits(times(10_000, 60_000, 300_000), 64),
            Front.answering(request -> Response.done()))) {
      for (int i = 0; i < 200; i++) {
        Socket socket = open(front);
        socket.getOutputStream().write(REQUEST);
        assertThat(Front.readAnswer(socket)).as("%s", i).startsWith("HTTP/1.1 204");
      }
      Front.await("the number is bounded", () -> front.http.connections() <= 64);
      assertThat(front.http.connections()).isPositive();
      assertThat(front.get("/v1/sys/health").statusCode()).isEqualTo(204);
    }
  }
}
