package strongroom.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.Client;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.OpenEndpoints;
import strongroom.logical.Operation;
import strongroom.logical.Redaction;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.logical.Response;
import strongroom.storage.Batch;
import strongroom.storage.Page;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

class PipelineTest {
  private static final String NOTE = "{\"text\":\"hello\"}";
  private final House house = new House();

  @AfterEach
  void close() {
    house.close();
  }

  private Response done(String token, Operation operation, String path, String body) {
    return house.done(token, operation, path, body);
  }

  private Refusal refusal(String token, Operation operation, String path, String body) {
    return house.refusal(token, operation, path, body);
  }

  @Test
  void writesReadsListsAndDeletes() {
    assertThat(House.text(done(house.root, Operation.UPDATE, "notes/note/a", NOTE)))
        .isEqualTo("created");
    assertThat(House.text(done(house.root, Operation.UPDATE, "notes/note/a", NOTE)))
        .isEqualTo("updated");
    assertThat(House.text(done(house.root, Operation.READ, "notes/note/a", "{}")))
        .isEqualTo("hello");
    assertThat(done(house.root, Operation.LIST, "notes/note/", "{}").data()).isPresent();
    assertThat(done(house.root, Operation.DELETE, "notes/note/a", "{}").status()).isEqualTo(204);
    assertThat(refusal(house.root, Operation.READ, "notes/note/a", "{}"))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void saysWhichTypeOfMountAnswered() {
    Request request =
        House.request(house.root, Operation.READ, "notes/thread", "{}", Optional.empty());
    Reply reply = house.ask(request);
    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Done.class, d -> assertThat(d.mountType()).isEqualTo("notes"));
    assertThat(reply.requestId()).isEqualTo(request.id());
  }

  @Test
  void answersReadsOnTheCallersThreadAndWhatMayBlockOnAnother() {
    assertThat(House.text(done(house.root, Operation.READ, "notes/thread", "{}")))
        .isEqualTo("caller's");
    assertThat(House.text(done(house.root, Operation.UPDATE, "notes/thread", "{}")))
        .isEqualTo("virtual");
    assertThat(House.text(done(house.root, Operation.READ, "notes/blocking", "{}")))
        .isEqualTo("virtual");
    String counted =
        house.token(
            "path \"*\" { capabilities = [\"read\"] }", "{\"policies\":[\"p\"],\"num_uses\":5}");
    assertThat(House.text(done(counted, Operation.READ, "notes/thread", "{}")))
        .isEqualTo("virtual");
  }

  @Test
  void deniesWhoHasNoGoodTokenWithoutTellingWhatIsMounted() {
    for (String token : List.of("", "hvs.nothing", "hvb.nothing", "x")) {
      for (String path :
          List.of("notes/note/a", "nowhere/a", "notes/no-endpoint", "sys/nothing", "", "a")) {
        assertThat(refusal(token, Operation.READ, path, "{}"))
            .isEqualTo(new Refusal.Denied(List.of("permission denied")));
      }
    }
  }

  @Test
  void tellsWhoHasATokenThatNothingIsMountedThere() {
    assertThat(refusal(house.root, Operation.READ, "nowhere/a", "{}"))
        .isInstanceOf(Refusal.NotFound.class);
    assertThat(refusal(house.root, Operation.READ, "notes/no-endpoint", "{}"))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void refusesAnOperationThatTheEndpointDoesNotHave() {
    for (Operation operation :
        List.of(Operation.UPDATE, Operation.DELETE, Operation.LIST, Operation.PATCH)) {
      assertThat(refusal(house.root, operation, "notes/only-read", "{}"))
          .isEqualTo(new Refusal.Unsupported(List.of("unsupported operation")));
    }
  }

  @Test
  void deniesBeforeItSaysThatAnOperationIsUnsupported() {
    String token = house.token("path \"notes/other\" { capabilities = [\"read\"] }");
    assertThat(refusal(token, Operation.DELETE, "notes/only-read", "{}"))
        .isInstanceOf(Refusal.Denied.class);
  }

  @Test
  void anEndpointThatNeedsNoTokenAnswersWithoutOneAndWithABadOne() {
    assertThat(House.text(done("", Operation.READ, "notes/open", "{}"))).isEqualTo("open");
    assertThat(House.text(done("hvs.x", Operation.READ, "notes/open", "{}"))).isEqualTo("open");
  }

  @Test
  void grantsWhatThePolicyGrantsAndNothingElse() {
    String token =
        house.token("path \"notes/note/mine/*\" { capabilities = [\"create\", \"read\"] }");
    assertThat(House.text(done(token, Operation.UPDATE, "notes/note/mine/a", NOTE)))
        .isEqualTo("created");
    assertThat(House.text(done(token, Operation.READ, "notes/note/mine/a", "{}")))
        .isEqualTo("hello");
    // It is there now, so that writing again is an update, which is not granted.
    assertThat(refusal(token, Operation.UPDATE, "notes/note/mine/a", NOTE))
        .isInstanceOf(Refusal.Denied.class);
    for (Operation operation : List.of(Operation.DELETE, Operation.LIST)) {
      assertThat(refusal(token, operation, "notes/note/mine/a", "{}"))
          .isInstanceOf(Refusal.Denied.class);
    }
    for (String path : List.of("notes/note/b", "notes/note/mine", "notes/note/mine/../b/../../x")) {
      if (!path.contains("mine/..")) {
        assertThat(refusal(token, Operation.READ, path, "{}")).isInstanceOf(Refusal.Denied.class);
      }
    }
  }

  @Test
  void aPathThatClimbsIsTakenAsItStands() {
    done(house.root, Operation.UPDATE, "notes/note/theirs", NOTE);
    String token = house.token("path \"notes/note/mine/*\" { capabilities = [\"read\"] }");
    assertThat(refusal(token, Operation.READ, "notes/note/mine/../theirs", "{}"))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void aListMayBeAskedForWithAndWithoutTheSlashUnderOneRule() {
    String token = house.token("path \"notes/note/\" { capabilities = [\"list\"] }");
    assertThat(done(token, Operation.LIST, "notes/note/", "{}").status()).isEqualTo(200);
    assertThat(refusal(token, Operation.READ, "notes/note/", "{}"))
        .isInstanceOf(Refusal.Denied.class);
  }

  @Test
  void whatAListenerDoesNotOpenTakesATokenWithSudo() {
    assertThat(refusal("", Operation.READ, "sys/rekey/init", "{}"))
        .isInstanceOf(Refusal.Denied.class);
    String plain = house.token("path \"sys/rekey/init\" { capabilities = [\"read\"] }");
    assertThat(refusal(plain, Operation.READ, "sys/rekey/init", "{}"))
        .isInstanceOf(Refusal.Denied.class);
    assertThat(done(house.root, Operation.READ, "sys/rekey/init", "{}").status()).isEqualTo(204);
    Client open =
        new Client(
            Optional.empty(),
            0,
            Map.of(),
            Optional.empty(),
            Set.of(OpenEndpoints.REKEY),
            Redaction.NOTHING);
    Request request =
        new Request(
            "id-1", Operation.READ, "sys/rekey/init", JsonObject.EMPTY, "", open, Optional.empty());
    assertThat(house.ask(request)).isInstanceOf(Reply.Done.class);
  }

  @Test
  void aProtectedEndpointNeedsSudoBesidesTheOperation() {
    String plain = house.token("path \"notes/protected\" { capabilities = [\"read\"] }");
    assertThat(refusal(plain, Operation.READ, "notes/protected", "{}"))
        .isInstanceOf(Refusal.Denied.class);
    String sudo = house.token("path \"notes/protected\" { capabilities = [\"read\", \"sudo\"] }");
    assertThat(House.text(done(sudo, Operation.READ, "notes/protected", "{}")))
        .isEqualTo("protected");
    assertThat(refusal(plain, Operation.UPDATE, "sys/rotate", "{}"))
        .isInstanceOf(Refusal.Denied.class);
    assertThat(done(house.root, Operation.UPDATE, "sys/rotate", "{}").status()).isEqualTo(204);
  }

  @Test
  void helpTellsAnEndpointFromItsDeclaration() {
    Response help = done(house.root, Operation.HELP, "notes/note/a", "{}");
    String text = new Fields((JsonObject) help.data().orElseThrow()).requiredString("help");
    assertThat(text)
        .contains("notes/note/a", "note/{path...}", "A note.", "text (string)", "What it says.");
    assertThat(refusal("", Operation.HELP, "notes/note/a", "{}"))
        .isInstanceOf(Refusal.Denied.class);
  }

  @Test
  void whileSealedOnlyWhatAnswersInEveryStateAnswers() {
    house.pipeline.withdraw();
    assertThat(done("", Operation.READ, "sys/health", "{}").status()).isEqualTo(200);
    for (String path : List.of("notes/note/a", "notes/open", "sys/rotate", "nowhere", "sys/x")) {
      for (String token : List.of("", house.root)) {
        assertThat(refusal(token, Operation.UPDATE, path, "{}")).isEqualTo(House.SEALED);
        assertThat(refusal(token, Operation.HELP, path, "{}")).isEqualTo(House.SEALED);
      }
    }
    house.pipeline.publish(house.active);
    assertThat(House.text(done("", Operation.READ, "notes/open", "{}"))).isEqualTo("open");
  }

  @Test
  void aRefusedRequestLeavesNothingWritten() {
    List<String> before = house.keysBelow("");
    assertThat(refusal(house.root, Operation.UPDATE, "notes/half/x", "{}"))
        .isEqualTo(new Refusal.Invalid(List.of("changed my mind")));
    assertThat(house.keysBelow("")).isEqualTo(before);
  }

  @Test
  void asksWhetherSomethingExistsOnlyWhereTheAnswerMatters() {
    String path = "notes/same/a";
    done(house.root, Operation.UPDATE, path, "{}");
    String both = house.token("path \"notes/same/*\" { capabilities = [\"create\", \"update\"] }");
    done(both, Operation.UPDATE, path, "{}");
    String neither = house.token("path \"notes/same/*\" { capabilities = [\"read\"] }");
    assertThat(refusal(neither, Operation.UPDATE, path, "{}")).isInstanceOf(Refusal.Denied.class);
    assertThat(house.notes.askedWhetherExists).hasValue(0);
    String update = house.token("path \"notes/same/*\" { capabilities = [\"update\"] }");
    done(update, Operation.UPDATE, path, "{}");
    assertThat(house.notes.askedWhetherExists).hasValue(1);
  }

  @Test
  void tellsHowMuchFitsWhereWritesAreTooLarge() {
    assertThat(refusal(house.root, Operation.UPDATE, "notes/fault/large", "{}"))
        .isEqualTo(new Refusal.TooLarge(List.of("9 bytes; at most 8")));
  }

  @Test
  void neverTellsAClientWhatAFaultSays() {
    for (String kind :
        List.of(
            "full", "unavailable", "unknown", "damaged", "null", "state", "error", "overflow")) {
      for (Operation operation : List.of(Operation.READ, Operation.UPDATE)) {
        Refusal refusal = refusal(house.root, operation, "notes/fault/" + kind, "{}");
        assertThat(refusal.errors()).isNotEmpty();
        assertThat(refusal.toString()).doesNotContain(NotesEngine.INNER_SECRET);
        assertThat(refusal)
            .isInstanceOf(
                kind.equals("full") || kind.equals("unavailable")
                    ? Refusal.Unavailable.class
                    : Refusal.Faulted.class);
      }
    }
  }

  @Test
  void readsADiskOnlyFromThreadsThatMayWait() {
    done(house.root, Operation.UPDATE, "notes/note/a", NOTE);
    SlowDisk disk = new SlowDisk(house.barrier);
    house.pipeline.publish(house.on(disk));
    assertThat(House.text(done(house.root, Operation.READ, "notes/note/a", "{}")))
        .isEqualTo("hello");
    assertThat(done(house.root, Operation.LIST, "notes/note/", "{}").data()).isPresent();
    assertThat(refusal(house.root, Operation.READ, "notes/note/none", "{}"))
        .isInstanceOf(Refusal.NotFound.class);
    // A token that is not known may be one that is not in memory.
    assertThat(refusal("hvs.unknown", Operation.READ, "notes/note/a", "{}"))
        .isInstanceOf(Refusal.Denied.class);
    assertThat(disk.reads).hasPositiveValue();
    assertThat(disk.readsByServingThreads).hasValue(0);
    // What needs no storage is answered where it came in, whatever the disk does.
    assertThat(House.text(done(house.root, Operation.READ, "notes/thread", "{}")))
        .isEqualTo("caller's");
  }

  @Test
  void aCommitThatFailsIsNotAnsweredAsDone() {
    house.pipeline.publish(
        house.on(
            new Storage() {
              @Override
              public Optional<byte[]> get(String key) {
                return house.barrier.get(key);
              }

              @Override
              public Page list(String folder, String after, int limit) {
                return house.barrier.list(folder, after, limit);
              }

              @Override
              public void commit(Batch batch) {
                throw new StorageFault.Full("no room at /secret/place", null);
              }
            }));
    Refusal refusal = refusal(house.root, Operation.UPDATE, "notes/note/a", NOTE);
    assertThat(refusal).isInstanceOf(Refusal.Unavailable.class);
    assertThat(refusal.toString()).contains("disk is full").doesNotContain("/secret/place");
    assertThat(refusal(house.root, Operation.READ, "notes/note/a", "{}"))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void wrapsAnAnswerBehindATokenThatUnwrapsOnce() {
    done(house.root, Operation.UPDATE, "notes/note/a", NOTE);
    String wrapping = wrap("notes/note/a");
    Response answer = done(wrapping, Operation.UPDATE, "sys/wrapping/unwrap", "{}");
    assertThat(House.text(answer)).isEqualTo("hello");
    assertThat(refusal(wrapping, Operation.UPDATE, "sys/wrapping/unwrap", "{}"))
        .isInstanceOf(Refusal.Invalid.class);
  }

  private String wrap(String path) {
    Request request =
        House.request(house.root, Operation.READ, path, "{}", Optional.of(Duration.ofMinutes(1)));
    Reply reply = house.ask(request);
    assertThat(reply).isInstanceOf(Reply.Done.class);
    Response response = ((Reply.Done) reply).response();
    assertThat(response.data()).isEmpty();
    return new Fields(response.wrapping().orElseThrow().body()).requiredString("token");
  }

  @Test
  void doesNotWrapRefusals() {
    Request request =
        House.request(
            house.root,
            Operation.READ,
            "notes/note/none",
            "{}",
            Optional.of(Duration.ofMinutes(1)));
    assertThat(House.refusal(house.ask(request))).isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void ofThirtyRacingUnwrapsThroughEitherTokenExactlyOneGetsTheAnswer() throws Exception {
    done(house.root, Operation.UPDATE, "notes/note/a", NOTE);
    for (int round = 0; round < 20; round++) {
      String wrapping = wrap("notes/note/a");
      AtomicInteger got = new AtomicInteger();
      House.together(
          30,
          i -> {
            boolean own = i % 2 == 0;
            Reply reply =
                own
                    ? house.ask(wrapping, Operation.UPDATE, "sys/wrapping/unwrap", "{}")
                    : house.ask(
                        house.root,
                        Operation.UPDATE,
                        "sys/wrapping/unwrap",
                        "{\"token\":\"" + wrapping + "\"}");
            if (reply instanceof Reply.Done) {
              got.incrementAndGet();
            }
          });
      assertThat(got).hasValue(1);
    }
  }

  @Test
  void ofThirtyRacingRequestsExactlyAsManyAreDoneAsTheTokenHasUses() throws Exception {
    for (int uses : List.of(1, 3, 29)) {
      String token =
          house.token(
              "path \"notes/*\" { capabilities = [\"read\", \"create\", \"update\"] }",
              "{\"policies\":[\"p\"],\"num_uses\":" + uses + "}");
      AtomicInteger done = new AtomicInteger();
      House.together(
          30,
          i -> {
            Reply reply =
                i % 2 == 0
                    ? house.ask(token, Operation.UPDATE, "notes/note/race" + i, NOTE)
                    : house.ask(token, Operation.READ, "notes/thread", "{}");
            if (reply instanceof Reply.Done) {
              done.incrementAndGet();
            }
          });
      assertThat(done).hasValue(uses);
      assertThat(house.tokens.lookup(token)).isEmpty();
    }
  }

  @Test
  void aRefusedRequestUsesACountedTokenToo() {
    String token =
        house.token(
            "path \"notes/half/*\" { capabilities = [\"update\"] }",
            "{\"policies\":[\"p\"],\"num_uses\":2}");
    assertThat(refusal(token, Operation.UPDATE, "notes/half/x", "{}"))
        .isInstanceOf(Refusal.Invalid.class);
    assertThat(refusal(token, Operation.READ, "notes/note/x", "{}"))
        .isEqualTo(new Refusal.Denied(List.of("permission denied")));
    assertThat(house.tokens.lookup(token)).isEmpty();
  }

  @Test
  void aCountedTokensLookupOfItselfTellsTheUsesLeftAfterIt() {
    String token =
        house.token(
            "path \"auth/token/lookup-self\" { capabilities = [\"read\"] }",
            "{\"policies\":[\"p\"],\"num_uses\":3}");
    for (long left : List.of(2L, 1L)) {
      Response told = done(token, Operation.READ, "auth/token/lookup-self", "{}");
      assertThat(new Fields((JsonObject) told.data().orElseThrow()).integer("num_uses"))
          .contains(left);
    }
  }

  @Test
  void aTokenThatRevokesItselfIsGoneWithItsLastUse() {
    String token =
        house.token(
            "path \"auth/token/*\" { capabilities = [\"update\"] }",
            "{\"policies\":[\"p\"],\"num_uses\":2}");
    assertThat(done(token, Operation.UPDATE, "auth/token/revoke-self", "{}").status())
        .isEqualTo(204);
    assertThat(house.tokens.lookup(token)).isEmpty();
    assertThat(house.tokens.accessors()).hasSize(1);
  }

  @Test
  void aBoundTokenIsDeniedFromElsewhereAndOnASocketWithoutAddress() throws Exception {
    done(
        house.root,
        Operation.UPDATE,
        "auth/token/roles/r",
        "{\"token_bound_cidrs\":[\"10.0.0.0/8\"],\"allowed_policies\":[\"p\"]}");
    house.token("path \"notes/*\" { capabilities = [\"read\"] }");
    String token =
        done(house.root, Operation.UPDATE, "auth/token/create/r", "{}")
            .auth()
            .orElseThrow()
            .clientToken();
    assertThat(refusal(token, Operation.READ, "notes/thread", "{}"))
        .isInstanceOf(Refusal.Denied.class);
    for (String address : List.of("10.1.2.3", "192.168.0.1")) {
      Request request =
          new Request(
              "id-1",
              Operation.READ,
              "notes/thread",
              JsonObject.EMPTY,
              token,
              new Client(
                  Optional.of(java.net.InetAddress.getByName(address)),
                  1,
                  Map.of(),
                  Optional.empty()),
              Optional.empty());
      assertThat(house.ask(request))
          .isInstanceOf(address.startsWith("10.") ? Reply.Done.class : Reply.Refused.class);
    }
  }

  @Test
  void aPolicysChangeCountsForTokensThatAreThere() {
    String token = house.token("path \"notes/thread\" { capabilities = [\"read\"] }");
    done(token, Operation.READ, "notes/thread", "{}");
    house.token("path \"notes/thread\" { capabilities = [\"deny\"] }");
    assertThat(refusal(token, Operation.READ, "notes/thread", "{}"))
        .isInstanceOf(Refusal.Denied.class);
  }

  @Test
  void requestsUnderWayEndBeforeTheClose() throws Exception {
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    house.pipeline.handle(
        House.request(house.root, Operation.UPDATE, "notes/wait", "{}", Optional.empty()),
        answer::complete);
    assertThat(house.notes.entered.await(30, TimeUnit.SECONDS)).isTrue();
    Thread closing = Thread.ofVirtual().start(house.pipeline::close);
    assertThat(answer).isNotDone();
    house.notes.release.countDown();
    assertThat(answer.get(30, TimeUnit.SECONDS)).isInstanceOf(Reply.Done.class);
    closing.join();
    assertThat(refusal(house.root, Operation.UPDATE, "notes/wait", "{}")).isEqualTo(House.SEALED);
  }

  @Test
  void moreRequestsThanMayBeUnderWayAreToldToTryAgain() throws Exception {
    AtomicInteger answered = new AtomicInteger();
    for (int i = 0; i < Pipeline.IN_FLIGHT_MAX; i++) {
      house.pipeline.handle(
          House.request(house.root, Operation.UPDATE, "notes/wait", "{}", Optional.empty()),
          reply -> answered.incrementAndGet());
    }
    assertThat(refusal(house.root, Operation.UPDATE, "notes/wait", "{}"))
        .isInstanceOf(Refusal.TooMany.class);
    assertThat(House.text(done(house.root, Operation.READ, "notes/thread", "{}")))
        .isEqualTo("caller's");
    assertThat(answered).hasValue(0);
    assertThat(inFlight().members()).as("told even so").hasSize(Pipeline.IN_FLIGHT_MAX);
    house.notes.release.countDown();
  }

  private JsonObject inFlight() {
    return (JsonObject)
        done(house.root, Operation.READ, "sys/in-flight-req", "{}").data().orElseThrow();
  }

  @Test
  void tellsWhichRequestsAreUnderWayAndNothingOfTheirSecrets() throws Exception {
    assertThat(inFlight().members()).isEmpty();
    Request local =
        House.request(
            house.root, Operation.UPDATE, "notes/wait", "{\"text\":\"marker\"}", Optional.empty());
    Client client =
        new Client(
            Optional.of(InetAddress.getByName("2001:db8::1")), 5000, Map.of(), Optional.empty());
    Request request =
        new Request(
            local.id(),
            local.operation(),
            local.path(),
            local.body(),
            local.token(),
            client,
            local.wrapTtl());
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    house.pipeline.handle(request, answer::complete);
    assertThat(house.notes.entered.await(30, TimeUnit.SECONDS)).isTrue();
    JsonObject told = inFlight();
    assertThat(told.members()).containsOnlyKeys(request.id());
    Fields one = new Fields((JsonObject) told.members().get(request.id()));
    assertThat(one.requiredString("request_path")).isEqualTo("/v1/notes/wait");
    assertThat(one.requiredString("request_method")).isEqualTo("PUT");
    assertThat(one.requiredString("client_remote_address"))
        .isEqualTo("[2001:db8:0:0:0:0:0:1]:5000");
    assertThat(Instant.parse(one.requiredString("start_time"))).isBeforeOrEqualTo(Instant.now());
    assertThat(new String(Json.toBytes(told), StandardCharsets.UTF_8))
        .doesNotContain(house.root)
        .doesNotContain("marker");
    assertThat(refusal("", Operation.READ, "sys/in-flight-req", "{}"))
        .isInstanceOf(Refusal.Denied.class);
    house.notes.release.countDown();
    answer.get(30, TimeUnit.SECONDS);
    house.pipeline.close();
    house.pipeline.publish(house.active);
    assertThat(inFlight().members()).as("none is left behind").isEmpty();
  }
}
