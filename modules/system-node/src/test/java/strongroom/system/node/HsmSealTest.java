package strongroom.system.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static strongroom.system.node.SystemHarness.body;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.Fields;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.node.Leadership;
import strongroom.node.Protection;

class HsmSealTest {
  private final SwitchedSeal seal = new SwitchedSeal();
  private final SystemHarness system = new SystemHarness(Protection.by(seal), Leadership.ALONE);

  @AfterEach
  void stop() {
    system.close();
    seal.close();
  }

  private List<String> init() {
    Fields init = body(system.write("init", "{'recovery_shares': 3, 'recovery_threshold': 2}"));
    assertThat(init.strings("keys")).contains(List.of());
    assertThat(init.strings("recovery_keys_base64").orElseThrow()).hasSize(3);
    return init.strings("recovery_keys").orElseThrow();
  }

  @Test
  void statusSaysThatSharesAreOfARecoveryKey() {
    assertThat(body(system.read("seal-status")).bool("recovery_seal")).contains(true);
    init();
    Fields status = body(system.read("seal-status"));

    assertThat(status.string("type")).contains("pkcs11");
    assertThat(status.string("recovery_seal_type")).contains("shamir");
    assertThat(status.integer("t")).contains(2L);
    assertThat(status.integer("n")).contains(3L);
    assertThat(system.read("health").status()).isEqualTo(200);
  }

  @Test
  void backendStatusShowsTheHsmAndSinceWhenItIsIll() {
    init();
    Fields well = body(system.read("seal-backend-status"));
    assertThat(well.bool("healthy")).contains(true);
    Fields backend = backend(well);
    assertThat(backend.string("name")).contains("hsm-a");
    assertThat(backend.string("slot")).contains("7");
    assertThat(backend.integer("latency_us")).contains(3000L);
    assertThat(backend.string("last_success")).contains("2026-01-02T03:04:04Z");
    seal.pull();

    Fields ill = body(system.read("seal-backend-status"));
    assertThat(ill.bool("healthy")).contains(false);
    assertThat(ill.string("unhealthy_since")).contains("2026-01-02T03:04:05Z");
    assertThat(backend(ill).string("reason")).contains("slot 7 has no token");
    assertThat(system.read("health").status()).isEqualTo(200);
  }

  @Test
  void backendStatusShowsTheHsmsRandomnessWhereItIsAskedFor() {
    init();
    assertThat(body(system.read("seal-backend-status")).value("entropy")).isEmpty();
    Instant last = Instant.parse("2026-01-02T03:04:00Z");
    system.entropy(
        new EntropyState(EntropyState.MixedIn.BEFORE, Optional.of(last), 3, "the HSM is away"));

    Fields told =
        new Fields(body(system.read("seal-backend-status")).object("entropy").orElseThrow());
    assertThat(told.string("mixed_in")).contains("from before");
    assertThat(told.string("last_success")).contains("2026-01-02T03:04:00Z");
    assertThat(told.integer("failures")).contains(3L);
    assertThat(told.string("reason")).contains("the HSM is away");
  }

  @Test
  void inspectShowsEachCopyWithoutItsContent() {
    init();
    Fields seen = body(system.read("seal/inspect"));
    Fields root = first(seen, "copies");

    assertThat(seen.value("copies").map(a -> ((JsonArray) a).items().size())).contains(2);
    assertThat(root.string("key")).contains("root");
    assertThat(root.integer("number")).contains(1L);
    assertThat(root.string("state")).contains("current");
    assertThat(root.string("seal_name")).contains("hsm-a");
    assertThat(root.string("sha256").orElseThrow()).matches("[0-9a-f]{64}");
    assertThat(root.string("key_label")).contains("test");
    assertThat(root.string("wrapped")).isEmpty();
    assertThat(first(seen, "keys").string("needed")).contains("by current copies");
    assertThat(first(seen, "keys").integer("copies")).contains(2L);
    assertThat(body(system.read("seal-backend-status")).bool("fully_wrapped")).contains(true);
  }

  @Test
  void pruningDropsNothingThatCounts() {
    init();
    Fields done = body(system.write("seal/prune", "{'dry_run': true}"));
    assertThat(done.value("dropped").map(a -> ((JsonArray) a).items().size())).contains(0);
    assertThat(first(done, "kept").string("state")).contains("current");
    assertThatThrownBy(() -> system.write("seal/prune", "{'retire': 'nobody'}"))
        .hasMessageContaining("no disabled seal");
  }

  @Test
  void rotationWithoutAKeyNamedAndOfASealThatCannotAreTheClientsMistakes() {
    init();
    assertThat(body(system.read("seal/rotate")).bool("in_progress")).contains(false);
    assertThatThrownBy(() -> system.write("seal/rotate", "{}")).hasMessageContaining("label or id");
    assertThatThrownBy(() -> system.write("seal/rotate", "{'generate': true}"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.refusal()).isInstanceOf(Refusal.Invalid.class))
        .hasMessageContaining("in its key service");
    assertThatThrownBy(() -> system.write("seal/rotate", "{'id': '" + "a".repeat(300) + "'}"))
        .hasMessageContaining("more than 255");
    assertThatThrownBy(() -> system.write("seal/rollback", "{'name': 'nobody'}"))
        .hasMessageContaining("hsm-a");
  }

  private static Fields first(Fields body, String name) {
    JsonArray items = (JsonArray) body.value(name).orElseThrow();
    return new Fields((JsonObject) items.items().getFirst());
  }

  private static Fields backend(Fields status) {
    JsonArray backends = (JsonArray) status.value("backends").orElseThrow();
    return new Fields((JsonObject) backends.items().getFirst());
  }

  @Test
  void aFailedInitAnswersUnavailableWithTheReasonAndLeavesNothing() {
    seal.pull();

    assertThatThrownBy(this::init)
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.refusal()).isInstanceOf(Refusal.Unavailable.class))
        .hasMessageContaining("slot 7 has no token");
    assertThat(system.read("health").status()).isEqualTo(501);
    assertThat(system.storage.list("", "", 1).names()).isEmpty();
    seal.putBack();
    init();
  }

  @Test
  void refusesUnsealKeysInTheWordsThatNameTheParameters() {
    assertThatThrownBy(() -> system.write("init", "{'secret_shares': 5, 'secret_threshold': 3}"))
        .hasMessageContaining("secret_shares,secret_threshold")
        .hasMessageContaining("pkcs11");
  }

  @Test
  void recoveryKeysAreReplacedUnderVaultsPath() {
    List<String> keys = init();
    String nonce =
        body(system.write("rekey-recovery-key/init", "{'secret_shares': 1, 'secret_threshold': 1}"))
            .requiredString("nonce");
    String request = "{'nonce': '" + nonce + "', 'key': '%s'}";
    system.write("rekey-recovery-key/update", request.formatted(keys.get(0)));
    Fields done = body(system.write("rekey-recovery-key/update", request.formatted(keys.get(2))));

    assertThat(done.strings("keys").orElseThrow()).hasSize(1);
    assertThat(body(system.read("seal-status")).integer("n")).contains(1L);
  }
}
