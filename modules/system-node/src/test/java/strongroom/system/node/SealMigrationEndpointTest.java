package strongroom.system.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static strongroom.system.node.SystemHarness.body;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.Fields;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.node.Protection;

/** {@code sys/seal/migrate}, {@code sys/unseal} with {@code migrate}, and their way back. */
class SealMigrationEndpointTest {
  private final SystemHarness system = SystemHarness.byShares();
  private final SwitchedSeal seal = new SwitchedSeal();

  @AfterEach
  void close() {
    system.close();
  }

  private static String type(Fields answer, String end) {
    return new Fields(answer.object(end).orElseThrow()).requiredString("type");
  }

  private static Fields proof(Fields answer) {
    JsonArray proofs = (JsonArray) answer.value("proofs").orElseThrow();
    return new Fields((JsonObject) proofs.items().getFirst());
  }

  @Test
  void tellsThatTheFileAsksForNothingElse() {
    system.initAndUnseal();
    Fields status = body(system.read("seal/migrate"));
    assertThat(status.bool("configured")).contains(false);
    assertThat(type(status, "from")).isEqualTo("shamir");
    assertThat(status.has("to")).isFalse();
    assertThatThrownBy(() -> system.write("seal/migrate", "{'dry_run': true}"))
        .hasMessageContaining("SIGHUP");
  }

  @Test
  void movesWithTheSharesThatItAskedForAndRollsBackWithoutThem() {
    List<String> keys = system.initAndUnseal();
    system.node().configure(Protection.by(seal));
    seal.pull();
    Fields dry = body(system.write("seal/migrate", "{'dry_run': true}"));
    assertThat(dry.bool("possible")).contains(false);
    assertThat(proof(dry).string("message").orElseThrow()).contains("slot 7 has no token");
    seal.putBack();
    Fields good = body(system.write("seal/migrate", "{'dry_run': true}"));
    assertThat(good.bool("possible")).contains(true);
    assertThat(proof(good).string("side")).contains("to");

    assertThatThrownBy(() -> system.write("seal/migrate", "{}")).hasMessageContaining("2 key");
    Fields one = body(system.write("seal/migrate", "{'key': '" + keys.get(0) + "'}"));
    assertThat(one.integer("progress")).contains(1L);
    assertThat(body(system.delete("seal/migrate")).integer("progress")).contains(0L);
    system.write("seal/migrate", "{'key': '" + keys.get(0) + "'}");
    Fields done = body(system.write("seal/migrate", "{'key': '" + keys.get(1) + "'}"));
    assertThat(done.bool("migrated")).contains(true);
    assertThat(body(system.read("seal-status")).string("type")).contains("pkcs11");

    Fields back = body(system.write("seal/rollback", "{'migration': true}"));
    assertThat(back.bool("rolled_back")).contains(true);
    assertThat(body(system.read("seal-status")).string("type")).contains("shamir");
    assertThat(type(body(system.read("seal/migrate")), "to")).isEqualTo("pkcs11");
  }

  @Test
  void unsealWithMigrateMovesWhatStartedWithAnotherSeal() {
    List<String> keys = system.initAndUnseal();
    system.write("seal", "{}");
    system.node().configure(Protection.by(seal));
    system.node().reload();

    Fields waiting = body(system.read("seal-status"));
    assertThat(waiting.bool("migration")).contains(true);
    assertThat(waiting.string("type")).contains("pkcs11");
    assertThat(waiting.bool("recovery_seal")).contains(true);
    assertThat(waiting.integer("t")).contains(2L);
    assertThatThrownBy(() -> system.write("unseal", "{'key': '" + keys.get(0) + "'}"))
        .hasMessageContaining("migrate option not provided");
    system.write("unseal", "{'migrate': true, 'key': '" + keys.get(0) + "'}");
    Fields done = body(system.write("unseal", "{'migrate': true, 'key': '" + keys.get(1) + "'}"));
    assertThat(done.bool("sealed")).contains(false);
    assertThat(done.bool("migration")).contains(false);
  }
}
