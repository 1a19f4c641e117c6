package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server with seals on two HSM tokens. */
class SeveralSealsTest {
  private static final String STORAGE_AND_LISTENER =
      """
      storage "raft" { path = "DATA" node_id = "node1" }
      listener "tcp" { address = "ADDRESS" tls_disable = "true" }
      """;

  @TempDir Path folder;
  private SoftHsm hsm;

  @BeforeEach
  void provision() throws Exception {
    hsm = SoftHsm.provision(folder, "token-a");
    hsm.addToken("token-b");
    hsm.makeAesKey("token-a", "key-a");
    hsm.makeAesKey("token-b", "key-b");
  }

  private String stanza(String name, String token, String more) {
    return """
    seal "pkcs11" {
      name         = "%s"
      lib          = "%s"
      token_label  = "%s"
      pin          = "%s"
      key_label    = "key-%s"
      %s
    }
    """
        .formatted(name, hsm.library(), token, hsm.pin(), name, more);
  }

  private String both() {
    return STORAGE_AND_LISTENER
        + stanza("a", "token-a", "")
        + stanza("b", "token-b", "priority = \"2\"");
  }

  @Test
  void unsealsByTheOtherWhenOneHsmIsLostAndTellsWhichKeysAreNeeded() throws Exception {
    try (Server server = Server.with(folder, both(), hsm.environment()).start()) {
      Api api = server.api().as(server.initialize());
      api.put("sys/mounts/kv", "{'type':'kv'}").expect(204);
      api.put("kv/a", "{'b':'c'}").expect(204);
      assertThat(server.api().get("sys/seal-status").string("type")).isEqualTo("multiseal");
      assertThat(server.api().get("sys/seal-backend-status").bool("fully_wrapped")).isTrue();
      String inspected = api.get("sys/seal/inspect").expect(200).text();
      assertThat(inspected).contains("\"key_label\":\"key-a\"").contains("\"key_label\":\"key-b\"");
      server.kill();

      hsm.deleteToken("token-a");
      server.start().awaitHealth(200);
      assertThat(api.get("kv/a").expect(200).string("data.b")).isEqualTo("c");
    }
  }

  @Test
  void movesFromOneHsmToAnotherThroughADisabledSeal() throws Exception {
    String onlyA = STORAGE_AND_LISTENER + stanza("a", "token-a", "");
    try (Server server = Server.with(folder, onlyA, hsm.environment()).start()) {
      String root = server.initialize();
      server.kill();
      server.configure(
          STORAGE_AND_LISTENER
              + stanza("a", "token-a", "disabled = \"true\"")
              + stanza("b", "token-b", ""));
      server.start().awaitHealth(200);
      server.await(
          "the new seal has wrapped the root key",
          Duration.ofSeconds(20),
          () -> server.api().get("sys/seal-backend-status").bool("fully_wrapped"));
      server.kill();

      hsm.deleteToken("token-a");
      server.configure(STORAGE_AND_LISTENER + stanza("b", "token-b", ""));
      server.start().awaitHealth(200);
      server.api().as(root).get("auth/token/lookup-self").expect(200);
    }
  }

  @Test
  void rotatesTheHsmKeyOnlineAndRefusesOneThatTheTokenCannotDecryptBy() throws Exception {
    String onlyA = STORAGE_AND_LISTENER + stanza("a", "token-a", "");
    try (Server server = Server.with(folder, onlyA, hsm.environment()).start()) {
      Api api = server.api().as(server.initialize());
      String made =
          api.put("sys/seal/rotate", "{'generate':true}").expect(200).string("data.key_id");
      hsm.makeRsaKey("token-a", "rsa");
      api.put("sys/seal/rotate", "{'label':'rsa'}").expect(400);
      server.kill();
      server.start().awaitHealth(200);
      api.put("sys/rotate/root", "{}");
      assertThat(api.get("sys/seal/inspect").expect(200).text()).contains(made);
      api.put("sys/seal/rollback", "{}").expect(200);
      server.kill();
      server.start().awaitHealth(200);
      assertThat(api.get("sys/seal/rotate").expect(200).bool("data.in_progress")).isFalse();
      // Rotated to a key of the same label, the HSM proves itself by the new one.
      assertThat(api.put("sys/ceremony/verify", "{}").expect(200).text())
          .contains("\"valid\":true")
          .containsPattern("\"entry\":1,\"a\":\"right\".*\"entry\":4,\"a\":\"right\"")
          .doesNotContain("\"unknown\"");
    }
  }
}
