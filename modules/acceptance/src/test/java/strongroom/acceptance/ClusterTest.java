package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;

/** Three real servers that share one HSM: what clients see while nodes come, fail and return. */
class ClusterTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String NO_FORWARDING = "X-Vault-No-Request-Forwarding";

  @TempDir static Path folder;
  private static Nodes nodes;
  private static String root;

  @BeforeAll
  static void begin() throws Exception {
    nodes = Nodes.configured(folder, 3);
    root = nodes.begin();
    api(nodes.leader())
        .put("sys/mounts/secret", "{'type':'kv','options':{'version':'2'}}")
        .expect(204);
  }

  @AfterAll
  static void end() {
    nodes.close();
  }

  @BeforeEach
  void allAreThere() {
    nodes.awaitWhole();
  }

  private static Api api(Server node) {
    return node.api().as(root);
  }

  private static void write(Server node, String key, int value) {
    api(node).put("secret/data/" + key, "{'data':{'n':" + value + "}}").expect(200);
  }

  private static long read(Server node, String key) {
    return api(node).get("secret/data/" + key).expect(200).number("data.data.n");
  }

  private static List<String> members(Server asked, String field) {
    JsonArray servers =
        (JsonArray)
            api(asked).get("sys/storage/raft/configuration").expect(200).at("data.config.servers");
    return servers.items().stream()
        .map(one -> ((JsonObject) one).member(field).orElseThrow().toString())
        .toList();
  }

  @Test
  void everyNodeAnswersEveryRequestAndWhatOneHasAcknowledgedAllRead() {
    Server leader = nodes.leader();
    Server one = nodes.standbys().getFirst();
    Server other = nodes.standbys().getLast();
    for (int i = 0; i < 20; i++) {
      write(leader, "seen", 3 * i);
      assertThat(read(one, "seen")).isEqualTo(3 * i);
      write(one, "seen", 3 * i + 1);
      assertThat(read(other, "seen")).isEqualTo(3 * i + 1);
      write(other, "seen", 3 * i + 2);
      assertThat(read(leader, "seen")).isEqualTo(3 * i + 2);
    }
    assertThat(api(one).list("secret/metadata/").expect(200).strings("data.keys")).contains("seen");
    api(one).get("secret/data/none").expect(404);
    one.api().get("secret/data/seen").expect(403);
    api(one).put("secret/data/seen", "{'options':{'cas':1},'data':{}}").expect(400);
    Api.Answer wrapped = api(one).call("GET", "secret/data/seen", "", "X-Vault-Wrap-TTL", "60");
    assertThat(
            api(other)
                .put(
                    "sys/wrapping/unwrap",
                    "{'token':'" + wrapped.expect(200).string("wrap_info.token") + "'}")
                .expect(200)
                .number("data.data.n"))
        .isEqualTo(59);
  }

  @Test
  void aStandbySaysWhatItIsAndWhoLeadsAndSendsOnWhoeverWantsNoForwarding() {
    Server leader = nodes.leader();
    Server standby = nodes.standbys().getFirst();
    assertThat(standby.health()).isEqualTo(429);
    assertThat(standby.api().get("sys/health?standbyok=true").status()).isEqualTo(200);
    assertThat(standby.api().get("sys/health?standbyok=true&activecode=277").status())
        .isEqualTo(277);
    assertThat(standby.api().get("sys/health?standbycode=299").status()).isEqualTo(299);
    assertThat(standby.api().get("sys/health?perfstandbyok=true").status()).isEqualTo(429);
    assertThat(standby.api().call("HEAD", "sys/health", "").status()).isEqualTo(429);
    assertThat(standby.api().get("sys/health").bool("standby")).isTrue();

    Api.Answer told = standby.api().get("sys/leader").expect(200);
    assertThat(told.bool("ha_enabled")).isTrue();
    assertThat(told.bool("is_self")).isFalse();
    assertThat(told.string("leader_address")).isEqualTo(leader.address().toString());
    assertThat(told.string("leader_cluster_address")).startsWith("https://127.0.0.1:");
    assertThat(leader.api().get("sys/leader").bool("is_self")).isTrue();
    assertThat(((JsonArray) api(standby).get("sys/ha-status").expect(200).at("nodes")).items())
        .hasSize(3);

    Api.Answer elsewhere =
        api(standby).call("GET", "secret/data/seen?version=1", "", NO_FORWARDING, "true");
    assertThat(elsewhere.status()).isEqualTo(307);
    assertThat(elsewhere.headers().firstValue("Location"))
        .contains(leader.address() + "/v1/secret/data/seen?version=1");
    api(leader).call("GET", "sys/mounts", "", NO_FORWARDING, "true").expect(200);
    assertThat(api(standby).put("sys/seal", "{}").expect(400).text()).contains("standby");
  }

  @Test
  void nothingAcknowledgedIsLostAndNoReadIsStaleWhenTheLeaderIsKilledAndReturns() throws Exception {
    Server leader = nodes.leader();
    List<Server> survivors = nodes.standbys();
    History history = new History();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicBoolean killed = new AtomicBoolean();
    AtomicInteger after = new AtomicInteger();
    List<Thread> clients = new ArrayList<>();
    for (int client = 0; client < 12; client++) {
      String key = "shared" + client % 3;
      Server through = List.of(leader, survivors.get(0), survivors.get(1)).get(client / 3 % 3);
      boolean reads = client % 2 == 0;
      int number = client;
      clients.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 1; !stop.get(); i++) {
                        boolean late = killed.get();
                        boolean done =
                            reads
                                ? recordRead(history, through, key)
                                : recordWrite(history, through, key, 100_000L * number + i);
                        after.addAndGet(late && done && !reads ? 1 : 0);
                      }
                    } catch (Api.Unreachable e) {
                      return; // its node was killed
                    }
                  }));
    }
    leader.await("clients are answered", SOON, () -> history.size() > 100);
    leader.kill();
    killed.set(true);
    survivors.getFirst().await("writes are acknowledged again", SOON, () -> after.get() > 40);
    stop.set(true);
    for (Thread client : clients) {
      client.join();
    }
    leader.start();
    nodes.awaitWhole();
    // It may lead only with all that was written while it was away.
    api(survivors.getFirst())
        .put("sys/storage/raft/transfer-leadership", "{'server_id':'" + nodes.name(leader) + "'}")
        .expect(204);
    leader.awaitHealth(200);
    for (int key = 0; key < 3; key++) {
      assertThat(recordRead(history, leader, "shared" + key)).isTrue();
      assertThat(recordRead(history, survivors.getFirst(), "shared" + key)).isTrue();
    }
    assertThat(history.contradictions()).isEmpty();
  }

  /** Whether it was acknowledged; what was not may have been written or not. */
  private static boolean recordWrite(History history, Server through, String key, long value) {
    long began = System.nanoTime();
    Api.Answer answer = api(through).put("secret/data/" + key, "{'data':{'n':" + value + "}}");
    long ended = System.nanoTime();
    boolean done = answer.status() == 200;
    if (done) {
      history.add(
          new History.Operation(
              History.Kind.WRITE, key, began, ended, answer.number("data.version"), value));
    }
    return done;
  }

  private static boolean recordRead(History history, Server through, String key) {
    long began = System.nanoTime();
    Api.Answer answer = api(through).get("secret/data/" + key);
    long ended = System.nanoTime();
    boolean done = answer.status() == 200;
    if (done) {
      history.add(
          new History.Operation(
              History.Kind.READ,
              key,
              began,
              ended,
              answer.number("data.metadata.version"),
              answer.number("data.data.n")));
    }
    return done;
  }

  @Test
  void theLeadIsHandedOnByStepDownWithoutAnErrorToAnybody() throws Exception {
    Server leader = nodes.leader();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger();
    List<String> refused = new ArrayList<>();
    List<Thread> writers = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      Server through = nodes.node(n);
      String key = "secret/data/step" + n;
      writers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!stop.get()) {
                      Api.Answer answer = api(through).put(key, "{'data':{'n':1}}");
                      if (answer.status() == 200) {
                        written.incrementAndGet();
                      } else {
                        synchronized (refused) {
                          refused.add(answer.status() + " " + answer.text());
                        }
                      }
                    }
                  }));
    }
    leader.await("writers write", SOON, () -> written.get() > 10);
    Command.run(
            Map.of("VAULT_ADDR", leader.address().toString(), "VAULT_TOKEN", root),
            Command.STRONGROOM,
            "operator",
            "step-down")
        .expectSuccess();
    int before = written.get();
    assertThat(nodes.leader()).isNotSameAs(leader);
    leader.await("writers write on", SOON, () -> written.get() > before + 30);
    stop.set(true);
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(refused).isEmpty();
  }

  @Test
  void aSealSealsItsNodeOnlyAndAnotherLeads() throws Exception {
    Server leader = nodes.leader();
    write(leader, "sealing", 1);
    api(leader).put("sys/seal", "{}").expect(204);
    assertThat(leader.health()).isEqualTo(503);
    List<Server> others = new ArrayList<>(List.of(nodes.node(0), nodes.node(1), nodes.node(2)));
    others.remove(leader);
    Server next = nodes.leader();
    assertThat(others).contains(next);
    others.forEach(one -> assertThat(read(one, "sealing")).isEqualTo(1));
    assertThat(leader.health()).isEqualTo(503);
    assertThat(leader.api().get("sys/seal-status").string("sealed_reason.code"))
        .isEqualTo("sealed_by_operator");
    leader.kill();
    leader.start();
    nodes.awaitWhole();
    assertThat(read(leader, "sealing")).isEqualTo(1);
  }

  @Test
  void aNodeJoinsByCommandIsListedAndIsGoneOnceRemoved() throws Exception {
    Server leader = nodes.leader();
    Server fourth = nodes.add("").start();
    try {
      Map<String, String> environment = new ConcurrentHashMap<>();
      environment.put("VAULT_TOKEN", root);
      environment.put("VAULT_ADDR", fourth.address().toString());
      fourth.awaitHealth(501);
      raft(environment, "join", nodes.standbys().getFirst().address().toString()).expectSuccess();
      fourth.awaitHealth(429);
      environment.put("VAULT_ADDR", leader.address().toString());
      assertThat(raft(environment, "list-peers").expectSuccess().out())
          .contains("node1")
          .contains("leader")
          .containsPattern("node4 +127.0.0.1:\\d+ +follower +true");
      raft(environment, "remove-peer", "node4").expectSuccess();
      assertThat(members(leader, "node_id")).hasSize(3);
    } finally {
      fourth.end();
    }
    nodes.forget(fourth);
    write(leader, "three", 3);
  }

  private static Command raft(Map<String, String> environment, String... words) {
    List<String> all = new ArrayList<>(List.of(Command.STRONGROOM, "operator", "raft"));
    all.addAll(List.of(words));
    return Command.run(environment, all.toArray(String[]::new));
  }

  @Test
  void whatIsSaidBetweenTheNodesTakesACertificateOfTheClusters() throws Exception {
    String address = members(nodes.leader(), "address").getFirst().replace("\"", "");
    Command asked =
        Command.run(Map.of(), "openssl", "s_client", "-connect", address, "-brief", "-no_ign_eof");
    assertThat(asked.all()).doesNotContain("Verification: OK");
    assertThat(nodes.leader().api().put("sys/storage/raft/bootstrap/answer", "{}").status())
        .isEqualTo(400);
    String challenge =
        nodes
            .leader()
            .api()
            .put("sys/storage/raft/bootstrap/challenge", "{'server_id':'stranger'}")
            .expect(200)
            .string("data.challenge");
    String nonsense = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assertThat(
            nodes
                .leader()
                .api()
                .put(
                    "sys/storage/raft/bootstrap/answer",
                    "{'server_id':'stranger','challenge':'%s','public_key':'%s','answer':'%s'}"
                        .formatted(challenge, nonsense, nonsense))
                .status())
        .isEqualTo(403);
  }
}
