package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there, whenever the process dies. */
class DurabilityTest {
  private static final int KILLS = 25;
  private static final int WRITERS = 8;

  @TempDir Path folder;
  private final Set<String> deleted = ConcurrentHashMap.newKeySet();
  private final Map<String, String> revoked = new ConcurrentHashMap<>();
  private final Map<String, String> alive = new ConcurrentHashMap<>();

  @Test
  void keepsEveryAcknowledgedWriteOverKillsUnderLoad() throws Exception {
    SoftHsm hsm = SoftHsm.provision(folder, "vault-hsm-token");
    Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
    Random random = new Random(20260101);
    try (Server server = Server.seed(folder, hsm, "generate_key = \"true\"").start()) {
      Api api = server.api().as(server.initialize());
      api.put("sys/mounts/secret", "{'type':'kv','options':{'version':'2'}}").expect(204);
      for (int kill = 0; kill < KILLS; kill++) {
        int round = kill;
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger written = new AtomicInteger();
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < WRITERS; w++) {
          int writer = w;
          writers.add(
              Thread.ofVirtual()
                  .start(() -> write(api, "w" + writer, round, stop, acknowledged, written)));
        }
        writers.add(Thread.ofVirtual().start(() -> deleteAndRevoke(api, round, stop)));
        int wanted = 20 + random.nextInt(120);
        server.await(
            "writers write", java.time.Duration.ofSeconds(60), () -> written.get() > wanted);
        server.kill();
        stop.set(true);
        for (Thread writer : writers) {
          writer.join();
        }
        server.start().awaitHealth(200);
        acknowledged.forEach(
            (key, value) ->
                assertThat(api.get("secret/data/" + key).expect(200).number("data.data.n"))
                    .as("kill %s: %s", round, key)
                    .isGreaterThanOrEqualTo(value));
        checkGone(api, kill == KILLS - 1 ? "" : "r" + kill + "-");
      }
    }
    assertThat(acknowledged).hasSizeGreaterThan(WRITERS);
    assertThat(deleted).hasSizeGreaterThan(KILLS);
    assertThat(revoked).hasSizeGreaterThan(KILLS);
    assertThat(alive).hasSizeGreaterThan(KILLS);
  }

  /** What was acknowledged as deleted, revoked and made, in the rounds that {@code names} says. */
  private void checkGone(Api api, String names) {
    deleted.stream()
        .filter(key -> key.startsWith("gone/" + names))
        .forEach(
            key ->
                assertThat(api.get("secret/data/" + key).status())
                    .as("%s was deleted", key)
                    .isEqualTo(404));
    revoked.forEach(
        (name, token) -> {
          if (name.startsWith(names)) {
            assertThat(api.as(token).get("auth/token/lookup-self").status())
                .as("the token of %s was revoked", name)
                .isEqualTo(403);
          }
        });
    alive.forEach(
        (name, token) -> {
          if (name.startsWith(names)) {
            api.as(token).get("auth/token/lookup-self").expect(200);
          }
        });
  }

  /** Makes and deletes secrets, makes and revokes tokens, until the server is gone. */
  private void deleteAndRevoke(Api api, int round, AtomicBoolean stop) {
    try {
      for (int i = 0; !stop.get(); i++) {
        String name = "r" + round + "-" + i;
        String key = "gone/" + name;
        if (api.put("secret/data/" + key, "{'data':{'n':1}}").status() == 200
            && api.delete("secret/metadata/" + key).status() == 204) {
          deleted.add(key);
        }
        Api.Answer made = api.put("auth/token/create", "{'policies':['default']}");
        if (made.status() == 200) {
          String token = made.string("auth.client_token");
          if (i % 2 == 0) {
            alive.put(name, token);
          } else if (api.put("auth/token/revoke", "{'token':'" + token + "'}").status() == 204) {
            revoked.put(name, token);
          }
        }
      }
    } catch (Api.Unreachable e) {
      return; // killed: what was under way may have happened or not
    }
  }

  /** Writes rising numbers over the writer's own keys until the server is gone. */
  private static void write(
      Api api,
      String writer,
      int round,
      AtomicBoolean stop,
      Map<String, Integer> acknowledged,
      AtomicInteger written) {
    for (int i = 0; !stop.get(); i++) {
      String key = writer + "/" + (i % 10);
      int value = round * 1_000_000 + i;
      try {
        Api.Answer answer = api.put("secret/data/" + key, "{'data':{'n':" + value + "}}");
        if (answer.status() == 200) {
          acknowledged.merge(key, value, Math::max);
          written.incrementAndGet();
        }
      } catch (Api.Unreachable e) {
        return;
      }
    }
  }
}
