package strongroom.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.RequestHandler;
import strongroom.logical.Response;

/** Files of any size, in both directions. */
@Timeout(60)
class StreamTest {
  private static final String PATH = "/v1/sys/storage/raft/snapshot";
  private static final int PIECE = 1 << 16;

  private static RequestHandler sending(Response.Content content) {
    return Front.answering(
        request ->
            Response.of(200, Response.Shape.RAW, new Response.Stream("application/gzip", content)));
  }

  /** Answers a request in a thread of its own, as the pipeline does. */
  private static RequestHandler taking(ToLongFunction<InputStream> reading) {
    return (request, reply) ->
        Thread.startVirtualThread(
            () -> {
              long read = reading.applyAsLong(request.upload().orElseThrow().open());
              reply.accept(
                  read < 0
                      ? new Reply.Refused(request.id(), new Refusal.Denied(List.of("no")))
                      : new Reply.Done(
                          request.id(),
                          "",
                          Response.of(
                              200,
                              Response.Shape.RAW,
                              new Response.Raw(
                                  "text/plain",
                                  Long.toString(read).getBytes(StandardCharsets.US_ASCII)))));
            });
  }

  private static void write(OutputStream out, int pieces) throws IOException {
    for (int i = 0; i < pieces; i++) {
      out.write(new byte[PIECE]);
    }
  }

  @Test
  void anAnswerIsSentAsItComesAndEndsWhereItEnds() {
    try (Front front = Front.with(sending(out -> write(out, 200)))) {
      HttpResponse<String> answer = front.get(PATH);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("content-type")).hasValue("application/gzip");
      assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
      assertThat(answer.body()).hasSize(200 * PIECE);
    }
  }

  @Test
  void whatFailsBeforeTheFirstByteIsRefusedAndAfterItBreaksTheConnectionOff() {
    try (Front front =
        Front.with(
            sending(
                out -> {
                  throw Refusal.unavailable("not now");
                }))) {
      HttpResponse<String> answer = front.get(PATH);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.body()).contains("not now");
    }
    try (Front front =
        Front.with(
            sending(
                out -> {
                  write(out, 10);
                  throw new IOException("the disk");
                }))) {
      assertThatThrownBy(() -> front.get(PATH)).hasCauseInstanceOf(IOException.class);
    }
  }

  /** How many bytes there are; negative where the client is gone before their end. */
  private static long count(InputStream in) {
    try {
      return in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void aFileIsReadAsItComesHoweverLargeOtherBodiesMayBe() {
    HttpSettings.Limits small = Front.limits(1000, HttpSettings.Times.DEFAULT);
    try (Front front = Front.with(small, taking(StreamTest::count))) {
      for (int size : new int[] {0, 1, 20_000_000}) {
        HttpRequest.Builder request =
            HttpRequest.newBuilder(front.uri(PATH))
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[size]));
        assertThat(front.send(request).body()).isEqualTo(Integer.toString(size));
      }
    }
  }

  @Test
  void aFileThatIsRefusedUnreadIsAnsweredAllTheSame() throws Exception {
    try (Front front = Front.with(taking(in -> -1))) {
      try (Socket socket = front.socket()) {
        OutputStream out = socket.getOutputStream();
        out.write(
            ("POST " + PATH + " HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[8_000_000]);
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answer).startsWith("HTTP/1.1 403").contains("Connection: close");
      }
    }
  }

  @Test
  void aClientThatSendsNothingMoreIsCutOff() throws Exception {
    HttpSettings.Times impatient =
        new HttpSettings.Times(
            Duration.ofSeconds(10),
            Duration.ofMillis(200),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5));
    try (Front front = Front.with(Front.limits(1000, impatient), taking(StreamTest::count));
        Socket socket = front.socket()) {
      socket
          .getOutputStream()
          .write(
              ("POST " + PATH + " HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc")
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }
}
