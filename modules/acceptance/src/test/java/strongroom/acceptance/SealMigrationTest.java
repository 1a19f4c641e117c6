package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.logical.JsonValue;

/**
 * One installation from key shares to an HSM, to another HSM, and back to key shares, as
 * docs/hsm/migration.md walks it; the process is killed on the way.
 */
class SealMigrationTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String BY_SHARES =
      """
      storage "raft" { path = "DATA" node_id = "node1" }
      listener "tcp" { address = "ADDRESS" tls_disable = "true" }
      """;

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private FaultyHsm hsm;
  private Server server;
  private Api api;
  private List<String> shares = List.of();

  @BeforeEach
  void provision() throws Exception {
    hsm = FaultyHsm.over(SoftHsm.provision(folder, "token-a"));
    hsm.hsm().addToken("token-b");
    hsm.hsm().makeAesKey("token-a", "key-a");
    hsm.hsm().makeAesKey("token-b", "key-b");
    server = Server.with(folder, BY_SHARES, hsm.environment());
    environment.put("VAULT_ADDR", server.address().toString());
    environment.put("HOME", folder.toString());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String stanza(String name, String more) {
    return """
    seal "pkcs11" {
      name                 = "%s"
      lib                  = "%s"
      token_label          = "token-%s"
      pin                  = "%s"
      key_label            = "key-%s"
      health_check_enabled = "false"
      %s
    }
    """
        .formatted(name, hsm.library(), name, hsm.hsm().pin(), name, more);
  }

  private Command operator(String... words) {
    String[] all = new String[words.length + 2];
    all[0] = Command.STRONGROOM;
    all[1] = "operator";
    System.arraycopy(words, 0, all, 2, words.length);
    return Command.run(environment, all);
  }

  private void restart(String seals) throws Exception {
    server.kill();
    server.configure(BY_SHARES + seals);
    server.start();
  }

  private void reload(String seals, String logged) throws Exception {
    server.configure(BY_SHARES + seals);
    server.signal("HUP");
    server.await("the log says " + logged, SOON, () -> server.log().contains(logged));
  }

  private void readsItsSecret() {
    assertThat(api.get("kv/a").expect(200).string("data.b")).isEqualTo("c");
  }

  /** The old shares still decide: as unseal keys or as recovery keys. */
  private void sharesMakeARootToken() {
    String nonce = api.put("sys/generate-root/attempt", "{}").expect(200).string("nonce");
    String share = "{'key':'%s','nonce':'" + nonce + "'}";
    api.put("sys/generate-root/update", share.formatted(shares.get(0))).expect(200);
    Api.Answer last = api.put("sys/generate-root/update", share.formatted(shares.get(1)));
    assertThat(last.expect(200).bool("complete")).isTrue();
  }

  @Test
  void goesFromKeySharesToAnHsmAndToAnotherAndBackThoughItIsKilledOnTheWay() throws Exception {
    initializeByShares();
    goToTheHsmAndBeKilledHalfWay();
    rotateItsKeyAndBeKilledHalfWay();
    refuseAWrongStanzaBesideTheGoodOne();
    goToTheOtherTokenOnline();
    goBackToKeyShares();
  }

  private void initializeByShares() throws Exception {
    server.start();
    Api.Answer init =
        server.api().put("sys/init", "{'secret_shares':3,'secret_threshold':2}").expect(200);
    shares = init.strings("keys");
    api = server.api().as(init.string("root_token"));
    environment.put("VAULT_TOKEN", init.string("root_token"));
    unsealByShares();
    api.put("sys/mounts/kv", "{'type':'kv'}").expect(204);
    api.put("kv/a", "{'b':'c'}").expect(204);
  }

  private void unsealByShares() {
    api.put("sys/unseal", "{'key':'" + shares.get(0) + "'}").expect(200);
    api.put("sys/unseal", "{'key':'" + shares.get(2) + "'}").expect(200);
    server.awaitHealth(200);
  }

  private void goToTheHsmAndBeKilledHalfWay() throws Exception {
    restart(stanza("a", ""));
    Api.Answer waiting = api.get("sys/seal-status").expect(200);
    assertThat(waiting.bool("migration")).isTrue();
    assertThat(waiting.string("type")).isEqualTo("pkcs11");
    assertThat(api.put("sys/unseal", "{'key':'" + shares.get(0) + "'}").expect(400).text())
        .contains("operator unseal -migrate");
    giveToMigrate(0);

    hsm.faults("C_Decrypt delay 200");
    CompletableFuture<Command> cutOff =
        CompletableFuture.supplyAsync(() -> operator("unseal", "-migrate", shares.get(1)));
    server.await("the root key is wrapped and not yet proven", SOON, () -> calls("C_Encrypt") > 1);
    server.kill();
    assertThat(cutOff.get().exit()).isNotZero();
    hsm.faults("# none");

    server.start();
    assertThat(api.get("sys/seal-status").expect(200).bool("migration")).isTrue();
    giveToMigrate(2);
    assertThat(operator("unseal", "-migrate", shares.get(0)).expectSuccess().out())
        .containsPattern("Seal Type +pkcs11")
        .containsPattern("Sealed +false");
    readsItsSecret();
    sharesMakeARootToken();
  }

  private void giveToMigrate(int share) {
    String key = shares.get(share);
    api.put("sys/unseal", "{'migrate':true,'key':'" + key + "'}").expect(200);
  }

  private JsonValue copies() {
    return api.get("sys/seal/inspect").expect(200).at("data.copies");
  }

  private long calls(String function) {
    try {
      return hsm.calls(function);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void rotateItsKeyAndBeKilledHalfWay() throws Exception {
    hsm.faults("C_Encrypt hang");
    CompletableFuture<Command> cutOff =
        CompletableFuture.supplyAsync(() -> operator("seal", "rotate", "-generate"));
    long before = calls("C_EncryptInit");
    server.await("the new key is asked to wrap", SOON, () -> calls("C_EncryptInit") > before);
    String newKey = api.get("sys/seal/rotate").expect(200).string("data.key_id");
    server.kill();
    assertThat(cutOff.get().exit()).isNotZero();
    hsm.faults("# none");

    server.configure(BY_SHARES + stanza("a", "") + stanza("c", ""));
    server.start().awaitHealth(200);
    server.await(
        "the rotation is resumed",
        SOON,
        () -> !api.get("sys/seal/rotate").expect(200).bool("data.in_progress"));
    assertThat(api.get("sys/seal/inspect").expect(200).text())
        .containsPattern("\"by current copies\"[^}]*\"key_id\":\"" + newKey);
    readsItsSecret();
  }

  private void refuseAWrongStanzaBesideTheGoodOne() throws Exception {
    reload(
        stanza("a", "disabled = \"true\"") + stanza("b", "slot = \"first\""),
        "the configuration is not taken");
    assertThat(server.log()).containsPattern("is not taken: .*vault_config.hcl.*slot");
    assertThat(api.get("sys/seal/migrate").expect(200).bool("data.configured")).isFalse();
  }

  private void goToTheOtherTokenOnline() throws Exception {
    server.configure(BY_SHARES + stanza("a", "disabled = \"true\"") + stanza("b", ""));
    server.signal("HUP");
    server.await(
        "the file asks for another seal",
        SOON,
        () -> api.get("sys/seal/migrate").expect(200).bool("data.configured"));
    JsonValue before = copies();
    assertThat(operator("seal", "migrate", "-dry-run").expectSuccess().out())
        .containsPattern("to +b +pkcs11 +good")
        .contains("Nothing was changed. It can be done with 2 of 3 shares");
    assertThat(copies()).isEqualTo(before);

    api.put("sys/seal/migrate", "{'key':'" + shares.get(1) + "'}").expect(200);
    assertThat(operator("seal", "migrate", shares.get(0)).expectSuccess().out())
        .contains("Success! The root key is protected by pkcs11 (b) now.");
    readsItsSecret();
    api.put("sys/rotate/root", "{}").expect(204);
    hsm.hsm().deleteToken("token-a");
  }

  private void goBackToKeyShares() throws Exception {
    restart(stanza("b", "disabled = \"true\""));
    assertThat(server.health()).isEqualTo(503);
    giveToMigrate(0);
    assertThat(operator("unseal", "-migrate", shares.get(1)).expectSuccess().out())
        .containsPattern("Seal Type +shamir")
        .containsPattern("Sealed +false");

    hsm.hsm().deleteToken("token-b");
    restart("");
    unsealByShares();
    readsItsSecret();
    sharesMakeARootToken();
  }
}
