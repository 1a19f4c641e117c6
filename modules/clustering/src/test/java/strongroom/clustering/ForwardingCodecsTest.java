package strongroom.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import strongroom.logical.Client;
import strongroom.logical.Json;
import strongroom.logical.JsonBody;
import strongroom.logical.JsonObject;
import strongroom.logical.OpenEndpoints;
import strongroom.logical.Operation;
import strongroom.logical.Redaction;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.logical.Response;

/** What goes from a standby to the leader and back is there what it was here. */
class ForwardingCodecsTest {
  private static final JsonObject DATA =
      JsonObject.builder().put("text", "päß\"\n").put("number", 12345678901234L).build();

  @Test
  void aRequestArrivesWithAllThatItIsJudgedBy() throws Exception {
    Client client =
        new Client(
            Optional.of(InetAddress.getByName("2001:db8::1")),
            4711,
            Map.of("x-one", List.of("a", "b")),
            Optional.of(new byte[] {1, 2, 3}),
            EnumSet.allOf(OpenEndpoints.class),
            new Redaction(true, false, true, true));
    Request sent =
        new Request(
            "id", Operation.UPDATE, "secret/a b", DATA, "hvs.x", client, of(Duration.ofMinutes(5)));
    Request came = ForwardCodec.request(ForwardCodec.request(sent));
    assertThat(came)
        .usingRecursiveComparison()
        .ignoringFields("client.headers", "client.certificate", "body")
        .isEqualTo(sent);
    assertThat(came.body()).isEqualTo(DATA);
    assertThat(came.client().headers()).isEqualTo(client.headers());
    assertThat(came.client().certificate().orElseThrow()).containsExactly(1, 2, 3);
  }

  private static <T> Optional<T> of(T value) {
    return Optional.of(value);
  }

  @Test
  void aRequestWithNothingButAPathArrivesSo() throws Exception {
    Request sent =
        new Request(
            "id",
            Operation.READ,
            "sys/mounts",
            JsonObject.EMPTY,
            "",
            new Client(Optional.empty(), 0, Map.of(), Optional.empty()),
            Optional.empty());
    assertThat(ForwardCodec.request(ForwardCodec.request(sent))).isEqualTo(sent);
  }

  @Test
  void aReplyComesBackWithTokenLeaseWrappingAndWarnings() throws Exception {
    Response response =
        new Response(
            200,
            Response.Shape.ENVELOPE,
            Optional.of(DATA),
            of(new Response.Auth("hvs.new", JsonObject.builder().put("client_token", "x").build())),
            of(
                new Response.Wrapping(
                    Duration.ofSeconds(60), JsonObject.builder().put("token", "t").build())),
            new Response.Lease("lease/1", true, Duration.ofHours(1)),
            List.of("careful"));
    Reply.Done came = done(new Reply.Done("id", "kv", response));
    assertThat(came.requestId()).isEqualTo("id");
    assertThat(came.mountType()).isEqualTo("kv");
    assertThat(came.response())
        .usingRecursiveComparison()
        .ignoringFields("data")
        .isEqualTo(response);
    assertThat(Json.toBytes(came.response().data().orElseThrow())).isEqualTo(Json.toBytes(DATA));
  }

  @Test
  void bytesAndAnswersWithoutDataComeBackAsTheyWere() throws Exception {
    JsonBody raw = new Response.Raw("text/plain", new byte[] {0, -1, 10});
    Response.Raw came =
        (Response.Raw)
            done(new Reply.Done("id", "", Response.of(200, Response.Shape.RAW, raw)))
                .response()
                .data()
                .orElseThrow();
    assertThat(came.mediaType()).isEqualTo("text/plain");
    assertThat(came.bytes()).containsExactly(0, -1, 10);
    assertThat(done(new Reply.Done("id", "", Response.done())).response())
        .isEqualTo(Response.done());
  }

  private static Reply.Done done(Reply.Done sent) throws Exception {
    return (Reply.Done) ReplyCodec.reply(ReplyCodec.of(sent));
  }

  @Test
  void everyRefusalComesBackAsTheSame() throws Exception {
    List<String> errors = List.of("one", "two");
    List<Refusal> all =
        List.of(
            new Refusal.Invalid(errors),
            new Refusal.Denied(errors),
            new Refusal.NotFound(errors, Optional.empty()),
            new Refusal.Unsupported(errors),
            new Refusal.Precondition(errors),
            new Refusal.TooLarge(errors),
            new Refusal.WrongMediaType(errors),
            new Refusal.TooMany(errors, 17),
            new Refusal.Sealed(errors),
            new Refusal.Unavailable(errors),
            new Refusal.Faulted(errors));
    // All that there are, but for the one that only a standby says.
    assertThat(all.stream().map(Object::getClass).toList())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Refusal.class.getPermittedSubclasses())
                .filter(one -> one != Refusal.Elsewhere.class)
                .toList());
    for (Refusal refusal : all) {
      Reply sent = new Reply.Refused("id", refusal);
      assertThat(ReplyCodec.reply(ReplyCodec.of(sent))).isEqualTo(sent);
    }
  }

  @Test
  void whatAClientHasLeftComesBackWithTheReply() throws Exception {
    Reply sent =
        new Reply.Counted(
            new Reply.Refused("id", new Refusal.TooMany(List.of("one"), 3)),
            new Reply.Rate(100, 0, 3));
    assertThat(ReplyCodec.reply(ReplyCodec.of(sent))).isEqualTo(sent);
  }

  @Test
  void a404ThatHasAnAnswerKeepsIt() throws Exception {
    Response answer = Response.of(404, Response.Shape.ENVELOPE, DATA);
    Reply sent = new Reply.Refused("id", new Refusal.NotFound(List.of(), Optional.of(answer)));
    Reply.Refused came = (Reply.Refused) ReplyCodec.reply(ReplyCodec.of(sent));
    Response back = ((Refusal.NotFound) came.refusal()).answer().orElseThrow();
    assertThat(Json.toBytes(back.data().orElseThrow())).isEqualTo(Json.toBytes(DATA));
  }

  @Test
  void whatIsCutShortIsRefused() {
    byte[] sent = ReplyCodec.of(new Reply.Done("id", "kv", Response.done()));
    for (int length = 0; length < sent.length; length++) {
      byte[] cut = Arrays.copyOf(sent, length);
      assertThatThrownBy(() -> ReplyCodec.reply(cut)).isInstanceOf(Exception.class);
    }
  }
}
