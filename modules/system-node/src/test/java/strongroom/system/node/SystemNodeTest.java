package strongroom.system.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static strongroom.system.node.SystemHarness.body;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import strongroom.engine.Endpoint;
import strongroom.logical.Client;
import strongroom.logical.Fields;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.OpenEndpoints;
import strongroom.logical.Redaction;
import strongroom.logical.RefusedException;
import strongroom.logical.Response;

class SystemNodeTest {
  private final SystemHarness system = SystemHarness.byShares();

  @AfterEach
  void stop() {
    system.close();
  }

  @Test
  void endpointsAskForWhatVaultAsksFor() {
    Map<String, String> flags = new TreeMap<>();
    for (Endpoint endpoint : system.endpoints()) {
      flags.put(
          endpoint.pattern().toString(),
          (endpoint.unauthenticated(Client.LOCAL) ? "open" : "token")
              + (endpoint.sudo() ? " sudo" : "")
              + (endpoint.whenSealed() ? " sealed" : ""));
    }

    assertThat(flags)
        .containsEntry("init", "open sealed")
        .containsEntry("health", "open sealed")
        .containsEntry("seal-status", "open sealed")
        .containsEntry("unseal", "open sealed")
        .containsEntry("seal-backend-status", "open sealed")
        .containsEntry("leader", "open sealed")
        .containsEntry("break-glass/unseal", "open sealed")
        .containsEntry("break-glass", "token sudo")
        .containsEntry("break-glass/create", "token sudo")
        .containsEntry("break-glass/create/update", "token sudo")
        .containsEntry("break-glass/verify", "token sudo")
        .containsEntry("generate-root/attempt", "token sudo")
        .containsEntry("generate-root/update", "token sudo")
        .containsEntry("rekey/init", "token sudo")
        .containsEntry("rekey/update", "token sudo")
        .containsEntry("rekey/verify", "token sudo")
        .containsEntry("rekey-recovery-key/init", "token sudo")
        .containsEntry("rekey/backup", "token sudo")
        .containsEntry("rekey/recovery-key-backup", "token sudo")
        .containsEntry("rotate/root", "token sudo")
        .containsEntry("rotate/root/init", "token sudo")
        .containsEntry("seal", "token sudo")
        .containsEntry("step-down", "token sudo")
        .containsEntry("rotate", "token sudo")
        .containsEntry("rotate/config", "token sudo")
        .containsEntry("key-status", "token")
        .containsEntry("ha-status", "token")
        .containsEntry("host-info", "token");
    assertThat(flags.values().stream().filter(f -> f.contains("sealed"))).hasSize(8);
  }

  @Test
  void aListenerOpensWhatAQuorumDecidesToClientsWithoutATokenButNotTheKeptShares() {
    assertThat(openTo(EnumSet.of(OpenEndpoints.GENERATE_ROOT)))
        .contains("generate-root", "generate-root/attempt", "generate-root/update")
        .noneMatch(path -> path.startsWith("rekey"));
    assertThat(openTo(EnumSet.of(OpenEndpoints.REKEY)))
        .contains("rekey/init", "rekey/update", "rekey/verify", "rekey-recovery-key/init")
        .noneMatch(path -> path.endsWith("backup") || path.startsWith("rotate"))
        .noneMatch(path -> path.startsWith("generate-root"));
  }

  private List<String> openTo(Set<OpenEndpoints> open) {
    Client client =
        new Client(Optional.empty(), 0, Map.of(), Optional.empty(), open, Redaction.NOTHING);
    return system.endpoints().stream()
        .filter(endpoint -> endpoint.unauthenticated(client))
        .map(endpoint -> endpoint.pattern().toString())
        .toList();
  }

  @Test
  void healthWarnsOfWhatAnOperatorShouldLookAt() {
    system.warnings = List.of("1 of 2 audit devices are slow or take no records");
    Response health = system.read("health");
    assertThat(health.status()).isEqualTo(501);
    assertThat(body(health).strings("warnings")).contains(system.warnings);
  }

  @Nested
  class WhenUninitialized {
    @Test
    void healthAnswers501OrWhatIsAskedFor() {
      Response health = system.read("health");

      assertThat(health.status()).isEqualTo(501);
      assertThat(health.shape()).isEqualTo(Response.Shape.BARE);
      assertThat(names(health))
          .containsExactly(
              "initialized",
              "sealed",
              "standby",
              "performance_standby",
              "replication_performance_mode",
              "replication_dr_mode",
              "server_time_utc",
              "version",
              "enterprise",
              "echo_duration_ms",
              "clock_skew_ms",
              "replication_primary_canary_age_ms");
      assertThat(body(health).bool("initialized")).contains(false);
      assertThat(body(health).bool("sealed")).contains(true);
      assertThat(system.read("health", "uninitcode", "200").status()).isEqualTo(200);
    }

    @Test
    void statusHasAllMembersWithTheirZeroValues() {
      Response status = system.read("seal-status");

      assertThat(names(status))
          .containsExactly(
              "type",
              "initialized",
              "sealed",
              "t",
              "n",
              "progress",
              "nonce",
              "version",
              "build_date",
              "migration",
              "recovery_seal",
              "storage_type",
              "removed_from_cluster");
      assertThat(body(status).string("type")).contains("shamir");
      assertThat(body(status).integer("t")).contains(0L);
      assertThat(body(status).string("version")).contains(SystemHarness.VERSION);
    }

    @Test
    void initAnswersWithSharesInBothForms() {
      assertThat(body(system.read("init")).bool("initialized")).contains(false);
      Response init = system.write("init", "{'secret_shares': 5, 'secret_threshold': '3'}");

      assertThat(init.shape()).isEqualTo(Response.Shape.BARE);
      assertThat(names(init)).containsExactly("keys", "keys_base64", "root_token");
      assertThat(body(init).strings("keys").orElseThrow())
          .hasSize(5)
          .allSatisfy(key -> assertThat(key).hasSize(66));
      assertThat(body(init).strings("keys_base64").orElseThrow())
          .allSatisfy(key -> assertThat(key).hasSize(44));
      assertThat(body(system.read("init")).bool("initialized")).contains(true);
      assertThatThrownBy(() -> system.write("init", "{'secret_shares': 5, 'secret_threshold': 3}"))
          .isInstanceOf(RefusedException.class);
    }

    @Test
    void initRefusesWhatCannotBe() {
      for (String bad :
          List.of(
              "{}",
              "{'secret_shares': 5}",
              "{'secret_shares': 5, 'secret_threshold': 1}",
              "{'secret_shares': 3, 'secret_threshold': 5}",
              "{'secret_shares': -1, 'secret_threshold': -1}",
              "{'secret_shares': 99999999999, 'secret_threshold': 3}",
              "{'secret_shares': [1], 'secret_threshold': 3}",
              "{'secret_shares': 3, 'secret_threshold': 2, 'recovery_shares': 3}",
              "{'secret_shares': 3, 'secret_threshold': 2, 'pgp_keys': 'AAAA'}",
              "{'secret_shares': 1, 'secret_threshold': 1, 'pgp_keys': ['keybase:me']}",
              "{'secret_shares': 1, 'secret_threshold': 1, 'root_token_pgp_key': 'x'}")) {
        assertThatThrownBy(() -> system.write("init", bad)).isInstanceOf(RefusedException.class);
      }
      assertThat(body(system.read("init")).bool("initialized")).contains(false);
    }
  }

  @Nested
  class WhenSealed {
    private final List<String> keys =
        body(system.write("init", "{'secret_shares': 3, 'secret_threshold': 2}"))
            .strings("keys_base64")
            .orElseThrow();

    @Test
    void healthAnswers503WithAReasonForMachines() {
      Response health = system.read("health", "standbyok", "true");

      assertThat(health.status()).isEqualTo(503);
      assertThat(reason(health)).isEqualTo("needs_key_shares");
      assertThat(reason(system.read("seal-status"))).isEqualTo("needs_key_shares");
      assertThat(system.read("health", "sealedcode", "299").status()).isEqualTo(299);
      assertThat(system.read("health", "sealedcode", "").status()).isEqualTo(503);
    }

    private static String reason(Response response) {
      JsonObject reason = body(response).object("sealed_reason").orElseThrow();
      return new Fields(reason).requiredString("code");
    }

    @Test
    void unsealTakesBase64AndHexAndReset() {
      Fields one = body(system.write("unseal", "{'key': '" + keys.get(0) + "'}"));
      assertThat(one.integer("progress")).contains(1L);
      assertThat(one.string("nonce").orElseThrow()).hasSize(36);
      assertThat(body(system.write("unseal", "{'reset': true}")).integer("progress")).contains(0L);
      system.unseal(keys);

      Fields status = body(system.read("seal-status"));
      assertThat(status.bool("sealed")).contains(false);
      assertThat(status.string("cluster_name")).contains("test-cluster");
      assertThat(status.has("sealed_reason")).isFalse();
    }

    @Test
    void unsealRefusesWhatIsNoShareWithoutRepeatingIt() {
      for (String bad : List.of("", "zz-marker-zz", "abcd", SystemHarness.hex(34))) {
        assertThatThrownBy(() -> system.write("unseal", "{'key': '" + bad + "'}"))
            .isInstanceOf(RefusedException.class)
            .satisfies(e -> assertThat(bad.isEmpty() || !e.getMessage().contains(bad)).isTrue());
      }
      assertThatThrownBy(
              () -> system.write("unseal", "{'migrate': true, 'key': '" + keys.get(0) + "'}"))
          .hasMessageContaining("can't perform a seal migration, no migration seal found");
    }

    @Test
    void nobodyLeads() {
      Fields leader = body(system.read("leader"));

      assertThat(leader.bool("is_self")).contains(false);
      assertThat(leader.string("leader_address")).contains("");
      assertThat(leader.string("active_time")).contains("0001-01-01T00:00:00Z");
    }
  }

  @Nested
  class WhenActive {
    private final List<String> keys = system.initAndUnseal();

    @Test
    void healthAnswers200OrWhatIsAskedFor() {
      Fields health = body(system.read("health"));

      assertThat(system.read("health").status()).isEqualTo(200);
      assertThat(system.read("health", "activecode", "206").status()).isEqualTo(206);
      assertThat(health.bool("standby")).contains(false);
      assertThat(health.string("replication_dr_mode")).contains("disabled");
      assertThat(health.string("cluster_id").orElseThrow()).hasSize(36);
      for (String name :
          List.of("activecode", "standbycode", "sealedcode", "drsecondarycode", "uninitcode")) {
        for (String bad : List.of("x", "99", "600", "-1", "1e9")) {
          assertThatThrownBy(() -> system.read("health", name, bad))
              .isInstanceOf(RefusedException.class);
        }
      }
    }

    @Test
    void itLeads() {
      Fields leader = body(system.read("leader"));
      assertThat(leader.bool("is_self")).contains(true);
      assertThat(leader.string("leader_address")).contains("http://127.0.0.1:8200");
      assertThat(leader.integer("raft_applied_index")).contains(6L);

      JsonArray nodes = (JsonArray) body(system.read("ha-status")).value("nodes").orElseThrow();
      assertThat(new Fields((JsonObject) nodes.items().getFirst()).bool("active_node"))
          .contains(true);
      assertThat(system.write("step-down", "{}").status()).isEqualTo(204);
    }

    @Test
    void rotatesAndTellsTheTerm() {
      assertThat(body(system.read("key-status")).integer("term")).contains(1L);
      assertThat(system.write("rotate", "{}").status()).isEqualTo(204);
      system.write("rotate/keyring", "{}");

      Response status = system.read("key-status");
      assertThat(status.shape()).isEqualTo(Response.Shape.MIRRORED);
      assertThat(names(status)).containsExactly("term", "install_time", "encryptions");
      assertThat(body(status).integer("term")).contains(3L);
    }

    @Test
    void rotationSettingsStandInBothDialects() {
      Fields first = body(system.read("rotate/config"));
      assertThat(first.bool("enabled")).contains(true);
      assertThat(first.integer("interval")).contains(0L);
      assertThat(first.integer("max_operations")).contains(3_865_470_566L);
      system.write("rotate/config", "{'interval': '720h', 'max_operations': 2000000}");

      Fields second = body(system.read("rotate/keyring/config"));
      assertThat(second.string("interval")).contains("720h0m0s");
      assertThat(second.integer("max_operations")).contains(2_000_000L);
      for (String bad :
          List.of(
              "{'interval': '1h'}",
              "{'max_operations': 10}",
              "{'max_operations': 5000000000}",
              "{'enabled': 'maybe'}")) {
        assertThatThrownBy(() -> system.write("rotate/config", bad))
            .isInstanceOf(RefusedException.class);
      }
    }

    @Test
    void sealsAndUnsealsAgain() {
      assertThat(system.write("seal", "{}").status()).isEqualTo(204);
      assertThat(system.read("health").status()).isEqualTo(503);
      system.unseal(keys);
      assertThat(system.read("health").status()).isEqualTo(200);
    }

    @Test
    void makesARootToken() {
      Fields idle = body(system.read("generate-root/attempt"));
      assertThat(idle.bool("started")).contains(false);
      assertThat(idle.integer("otp_length")).contains(28L);
      assertThat(idle.integer("required")).contains(2L);
      Fields started = body(system.write("generate-root/attempt", "{}"));
      String nonce = started.requiredString("nonce");
      assertThat(started.string("otp").orElseThrow()).hasSize(28);
      update("generate-root/update", keys.get(0), nonce);
      Fields done = update("generate-root/update", keys.get(2), nonce);

      assertThat(done.bool("complete")).contains(true);
      assertThat(done.string("encoded_token")).isEqualTo(done.string("encoded_root_token"));
      assertThat(done.string("encoded_token").orElseThrow()).hasSize(38);
      Response decoded =
          system.write(
              "decode-token",
              "{'encoded_token': '"
                  + done.requiredString("encoded_token")
                  + "', 'otp': '"
                  + started.requiredString("otp")
                  + "'}");
      assertThat(body(decoded).requiredString("token")).isEqualTo("hvs.anotherroottoken00000001");
      assertThatThrownBy(
              () -> system.write("decode-token", "{'encoded_token': 'AAAA', 'otp': 'secret'}"))
          .isInstanceOf(RefusedException.class)
          .hasMessageNotContaining("secret");
      assertThat(system.delete("generate-root/attempt").status()).isEqualTo(204);
    }

    @Test
    void rekeysInVaultsDialect() {
      Response idle = system.read("rekey/init");
      assertThat(names(idle))
          .contains("nonce", "started", "t", "n", "progress", "required", "backup");
      assertThat(idle.shape()).isEqualTo(Response.Shape.BARE);
      system.write("rekey/init", "{'secret_shares': 3, 'secret_threshold': 2}");
      assertThatThrownBy(() -> system.delete("rekey/init")).hasMessageContaining("nonce");
      String cancelled = body(system.read("rekey/init")).requiredString("nonce");
      assertThat(system.delete("rekey/init", "nonce", cancelled).status()).isEqualTo(204);
      assertThat(system.delete("rekey/init").status()).isEqualTo(204);
      String nonce =
          body(system.write("rekey/init", "{'secret_shares': 2, 'secret_threshold': 2}"))
              .requiredString("nonce");
      update("rekey/update", keys.get(0), nonce);
      Fields done = update("rekey/update", keys.get(1), nonce);
      assertThat(done.bool("complete")).contains(true);
      List<String> fresh = done.strings("keys").orElseThrow();
      system.write("seal", "{}");
      system.unseal(fresh);

      assertThat(system.read("health").status()).isEqualTo(200);
    }

    @Test
    void rekeysInOpenBaosDialectWithVerification() {
      Response started =
          system.write(
              "rotate/root/init",
              "{'secret_shares': 1, 'secret_threshold': 1, 'require_verification': true}");
      assertThat(started.shape()).isEqualTo(Response.Shape.ENVELOPE);
      String nonce = body(started).requiredString("nonce");
      update("rotate/root/update", keys.get(0), nonce);
      Fields told = update("rotate/root/update", keys.get(1), nonce);
      String verification = told.requiredString("verification_nonce");
      assertThat(body(system.read("rotate/root/verify")).integer("n")).contains(1L);
      Fields verified =
          update("rotate/root/verify", told.strings("keys").orElseThrow().getFirst(), verification);

      assertThat(verified.bool("complete")).contains(true);
      assertThat(body(system.read("seal-status")).integer("t")).contains(1L);
    }

    @Test
    void thereIsNoBackupUnlessAskedFor() {
      assertThatThrownBy(() -> system.read("rekey/backup")).isInstanceOf(RefusedException.class);
      assertThat(system.delete("rekey/backup").status()).isEqualTo(204);
    }

    @Test
    void hostInfoTellsTheMachine() {
      Fields info = body(system.read("host-info"));

      assertThat(new Fields(info.object("host").orElseThrow()).string("hostname"))
          .contains("host1");
      assertThat(new Fields(info.object("memory").orElseThrow()).integer("total").orElseThrow())
          .isPositive();
      assertThat(((JsonArray) info.value("cpu").orElseThrow()).items()).isNotEmpty();
    }

    @Test
    void keySharesAloneAreAHealthySeal() {
      Fields status = body(system.read("seal-backend-status"));

      assertThat(status.bool("healthy")).contains(true);
      assertThat(status.bool("fully_wrapped")).contains(true);
    }

    private Fields update(String path, String key, String nonce) {
      return body(system.write(path, "{'key': '" + key + "', 'nonce': '" + nonce + "'}"));
    }
  }

  private static List<String> names(Response response) {
    return List.copyOf(((JsonObject) response.data().orElseThrow()).members().keySet());
  }
}
