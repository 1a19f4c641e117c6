package strongroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.junit.jupiter.api.Test;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.Response;

class EnvelopeTest {
  private static final String ID = "0b3f9e1a-5a2c-4f0e-9d3b-1c2d3e4f5a6b";
  private final ByteBufferPool pool = new ArrayByteBufferPool();

  private String text(Response response) {
    AnswerBuffer out = new AnswerBuffer(pool);
    Envelope.write(new Reply.Done(ID, "kv", response), out);
    return read(out);
  }

  private String text(Refusal refusal) {
    AnswerBuffer out = new AnswerBuffer(pool);
    Envelope.write(new Reply.Refused(ID, refusal), out);
    return read(out);
  }

  private static String read(AnswerBuffer out) {
    ByteBuffer bytes = out.toRead();
    String text = StandardCharsets.UTF_8.decode(bytes).toString();
    out.release();
    return text;
  }

  @Test
  void writesDataInTheEnvelope() {
    JsonObject data = JsonObject.builder().put("a", "ä\"").put("n", 7).build();
    assertThat(text(Response.of(data)))
        .isEqualTo(
            """
            {"request_id":"0b3f9e1a-5a2c-4f0e-9d3b-1c2d3e4f5a6b","lease_id":"","renewable":false,\
            "lease_duration":0,"data":{"a":"ä\\"","n":7},"wrap_info":null,"warnings":null,\
            "auth":null,"mount_type":"kv"}
            """);
  }

  @Test
  void writesLeaseAuthAndWarnings() {
    Response.Auth auth =
        new Response.Auth("hvs.x", JsonObject.builder().put("client_token", "hvs.x").build());
    Response response =
        Response.of(auth)
            .warning(List.of("be careful"))
            .leased(new Response.Lease("a/b", true, Duration.ofHours(1)));
    assertThat(text(response))
        .isEqualTo(
            """
            {"request_id":"0b3f9e1a-5a2c-4f0e-9d3b-1c2d3e4f5a6b","lease_id":"a/b",\
            "renewable":true,"lease_duration":3600,"data":null,"wrap_info":null,\
            "warnings":["be careful"],"auth":{"client_token":"hvs.x"},"mount_type":"kv"}
            """);
  }

  @Test
  void writesWrapInfoInPlaceOfData() {
    Response response =
        new Response(
            200,
            Response.Shape.ENVELOPE,
            Optional.empty(),
            Optional.empty(),
            Optional.of(
                new Response.Wrapping(
                    Duration.ofSeconds(60), JsonObject.builder().put("token", "hvs.w").build())),
            Response.Lease.NONE,
            List.of());
    assertThat(text(response))
        .contains("\"data\":null,\"wrap_info\":{\"token\":\"hvs.w\"},\"warnings\":null");
  }

  @Test
  void mirrorsDataBesideTheEnvelopeWithoutAnyNameTwice() {
    JsonObject data =
        JsonObject.builder().put("secret/", JsonObject.EMPTY).put("data", "inner").build();
    assertThat(text(Response.of(200, Response.Shape.MIRRORED, data)))
        .isEqualTo(
            """
            {"secret/":{},"request_id":"0b3f9e1a-5a2c-4f0e-9d3b-1c2d3e4f5a6b","lease_id":"",\
            "renewable":false,"lease_duration":0,"data":{"secret/":{},"data":"inner"},\
            "wrap_info":null,"warnings":null,"auth":null,"mount_type":"kv"}
            """);
  }

  @Test
  void writesBareAndRawDataAsTheyAre() {
    JsonObject data = JsonObject.builder().put("sealed", true).build();
    assertThat(text(Response.of(503, Response.Shape.BARE, data))).isEqualTo("{\"sealed\":true}\n");
    assertThat(
            text(
                Response.of(
                    200,
                    Response.Shape.RAW,
                    new Response.Raw("text/plain", "a\nb".getBytes(StandardCharsets.UTF_8)))))
        .isEqualTo("a\nb");
  }

  @Test
  void writesNothingWhereThereIsNothingToTell() {
    assertThat(text(Response.done())).isEmpty();
  }

  @Test
  void writesRefusalsAsErrors() {
    assertThat(text(new Refusal.Denied(List.of("permission denied"))))
        .isEqualTo("{\"errors\":[\"permission denied\"]}\n");
    assertThat(text(new Refusal.NotFound(List.of(), Optional.empty())))
        .isEqualTo("{\"errors\":[]}\n");
  }

  @Test
  void tellsWhatAMissingEntryTellsAllTheSame() {
    Response answer = Response.of(JsonObject.builder().put("deleted", true).build());
    assertThat(text(new Refusal.NotFound(List.of(), Optional.of(answer))))
        .startsWith("{\"request_id\":\"" + ID)
        .contains("\"data\":{\"deleted\":true}");
  }

  @Test
  void writesAnswersOfEverySize() {
    for (int length : new int[] {0, 1, 3800, 4096, 5000, 16_000, 16_384, 70_000, 3_000_000}) {
      String value = "x".repeat(length);
      String text = text(Response.of(JsonObject.builder().put("v", value).build()));
      assertThat(text)
          .contains("\"data\":{\"v\":\"" + value + "\"}")
          .endsWith("\"mount_type\":\"kv\"}\n");
    }
  }

  @Test
  void leavesNothingOfAnAnswerInThePool() {
    String secret = "hunter2-MARKER";
    text(Response.of(JsonObject.builder().put("v", secret).build()));
    RetainableByteBuffer again = pool.acquire(AnswerBuffer.POOLED_BYTES, true);
    ByteBuffer bytes = again.getByteBuffer();
    bytes.clear();
    assertThat(StandardCharsets.ISO_8859_1.decode(bytes).toString()).doesNotContain("hunter2");
    again.release();
  }
}
