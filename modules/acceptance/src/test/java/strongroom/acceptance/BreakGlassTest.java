package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HSM is lost for good: what docs/hsm/break-glass.md says to do, done. */
class BreakGlassTest {
  private static final Pattern SHARE = Pattern.compile("Break-Glass Share \\d+: (\\S+)");
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();

  private static String file(SoftHsm hsm, String token) {
    return """
    storage "raft" { path = "DATA" node_id = "node1" }
    listener "tcp" { address = "ADDRESS" tls_disable = "true" }
    seal "pkcs11" {
      lib          = "%s"
      token_label  = "%s"
      pin          = "%s"
      key_label    = "master"
      generate_key = "true"
    }
    """
        .formatted(hsm.library(), token, hsm.pin());
  }

  private Command recovery(String... words) {
    List<String> all = new ArrayList<>(List.of(Command.STRONGROOM, "operator", "recovery"));
    all.addAll(List.of(words));
    return Command.run(environment, all.toArray(String[]::new));
  }

  private List<String> create(List<String> recoveryKeys) {
    recovery("create", "-init", "-key-shares=3", "-key-threshold=2").expectSuccess();
    String nonce = recovery("create", "-status").expectSuccess().after("Nonce");
    recovery("create", "-nonce=" + nonce, recoveryKeys.get(0)).expectSuccess();
    Command last = recovery("create", "-nonce=" + nonce, recoveryKeys.get(1)).expectSuccess();
    Matcher share = SHARE.matcher(last.out());
    return share.results().map(found -> found.group(1)).toList();
  }

  @Test
  void theHoldersGetTheDataBackAndTheNextHsmTakesOver() throws Exception {
    SoftHsm hsm = SoftHsm.provision(folder, "lost");
    hsm.addToken("fresh");
    try (Server server = Server.with(folder, file(hsm, "lost"), hsm.environment()).start()) {
      Api.Answer init =
          server.api().put("sys/init", "{'recovery_shares':3,'recovery_threshold':2}").expect(200);
      Api api = server.api().as(init.string("root_token"));
      environment.put("VAULT_ADDR", server.address().toString());
      environment.put("VAULT_TOKEN", init.string("root_token"));
      environment.put("HOME", folder.toString());
      server.awaitHealth(200);
      api.put("sys/mounts/kv", "{'type':'kv'}").expect(204);
      api.put("kv/a", "{'b':'c'}").expect(204);
      assertThat(server.log()).contains("Recovery keys alone cannot decrypt");

      List<String> shares = create(init.strings("recovery_keys"));
      assertThat(shares).hasSize(3);
      recovery("status").expectSuccess();
      String nonce =
          api.put("sys/break-glass/verify", "{'key':'" + shares.get(0) + "'}")
              .expect(200)
              .string("data.nonce");
      assertThat(recovery("verify", "-nonce=" + nonce, shares.get(2)).expectSuccess().out())
          .contains("YES");
      server.kill();

      hsm.deleteToken("lost");
      server.configure(file(hsm, "fresh"));
      server.start().awaitHealth(503);
      server.await(
          "the log says what can be done",
          SOON,
          () -> server.log().contains("operator recovery unseal"));
      recovery("unseal", init.strings("recovery_keys").get(0)).expectSuccess();
      recovery("unseal", init.strings("recovery_keys").get(1)).expectExit(2);
      recovery("unseal", shares.get(1)).expectSuccess();
      recovery("unseal", shares.get(2)).expectSuccess();
      server.awaitHealth(200);
      assertThat(api.get("kv/a").expect(200).string("data.b")).isEqualTo("c");
      if (!server.api().get("sys/seal-backend-status").bool("healthy")) {
        api.put("sys/seal/rotate", "{'label':'master','generate':true}").expect(200);
      }
      server.await(
          "the other HSM has wrapped the root key",
          SOON,
          () -> api.get("sys/seal/inspect").expect(200).text().split("\"root\"", -1).length > 2);
      server.kill();

      server.start().awaitHealth(200);
      assertThat(api.get("kv/a").expect(200).string("data.b")).isEqualTo("c");
    }
  }
}
