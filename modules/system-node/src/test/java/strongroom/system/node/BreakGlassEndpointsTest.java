package strongroom.system.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static strongroom.system.node.SystemHarness.body;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.Fields;
import strongroom.logical.RefusedException;
import strongroom.node.Leadership;
import strongroom.node.Protection;

class BreakGlassEndpointsTest {
  private final SwitchedSeal seal = new SwitchedSeal();
  private final SystemHarness system = new SystemHarness(Protection.by(seal), Leadership.ALONE);

  @AfterEach
  void stop() {
    system.close();
    seal.close();
  }

  private List<String> init() {
    return body(system.write("init", "{'recovery_shares': 3, 'recovery_threshold': 2}"))
        .strings("recovery_keys")
        .orElseThrow();
  }

  private List<String> create(List<String> recovery) {
    Fields started =
        body(system.write("break-glass/create", "{'secret_shares': 3, 'secret_threshold': 2}"));
    assertThat(started.integer("required")).contains(2L);
    String nonce = started.requiredString("nonce");
    String request = "{'nonce': '" + nonce + "', 'key': '%s'}";
    system.write("break-glass/create/update", request.formatted(recovery.get(0)));
    assertThat(body(system.read("break-glass/create")).integer("progress")).contains(1L);
    return body(system.write("break-glass/create/update", request.formatted(recovery.get(2))))
        .strings("keys")
        .orElseThrow();
  }

  private Fields give(String path, String share) {
    return body(system.write(path, "{'key': '" + share + "'}"));
  }

  @Test
  void isMadeTriedAndToldOf() {
    List<String> recovery = init();
    assertThat(body(system.read("seal-status")).strings("warnings").orElseThrow())
        .singleElement()
        .asString()
        .contains("Recovery keys alone cannot decrypt");
    assertThat(body(system.read("break-glass")).bool("exists")).contains(false);
    List<String> shares = create(recovery);

    Fields status = body(system.read("break-glass"));
    assertThat(status.bool("exists")).contains(true);
    assertThat(status.bool("genuine")).contains(true);
    assertThat(status.bool("current")).contains(true);
    assertThat(status.integer("t")).contains(2L);
    assertThat(body(system.read("seal-status")).strings("warnings")).isEmpty();
    Fields first = give("break-glass/verify", shares.get(1));
    assertThat(first.bool("complete")).contains(false);
    assertThat(first.bool("opens")).isEmpty();
    assertThat(give("break-glass/verify", shares.get(2)).bool("opens")).contains(true);
    give("break-glass/verify", shares.get(1));
    assertThat(give("break-glass/verify", recovery.get(1)).bool("opens")).contains(false);

    system.delete("break-glass");
    assertThat(body(system.read("break-glass")).bool("exists")).contains(false);
  }

  @Test
  void unsealsWhileTheSealIsAwayAndForgetsSharesWhenToldTo() {
    List<String> shares = create(init());
    assertThatThrownBy(() -> give("break-glass/unseal", shares.get(0)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("unsealed already");
    seal.pull();
    system.write("seal", "{}");

    assertThat(give("break-glass/unseal", shares.get(0)).integer("progress")).contains(1L);
    Fields reset = body(system.write("break-glass/unseal", "{'reset': true}"));
    assertThat(reset.integer("progress")).contains(0L);
    give("break-glass/unseal", shares.get(2));
    assertThat(give("break-glass/unseal", shares.get(1)).bool("sealed")).contains(false);
    assertThat(system.read("health").status()).isEqualTo(200);
    assertThatThrownBy(() -> system.delete("break-glass"))
        .hasMessageContaining("may be the only one left");
  }

  @Test
  void malformedSharesAndNumbersAreTheClientsMistakes() {
    List<String> shares = create(init());
    for (String path : List.of("break-glass/verify", "break-glass/unseal")) {
      assertThatThrownBy(() -> give(path, "not a share"))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("hex or base64")
          .hasMessageNotContaining("not a share");
    }
    assertThatThrownBy(
            () -> system.write("break-glass/create", "{'secret_shares': 2, 'secret_threshold': 3}"))
        .hasMessageContaining("secret_threshold is 3");
    assertThatThrownBy(
            () ->
                system.write(
                    "break-glass/create/update", "{'nonce': 'x', 'key': '" + shares.get(0) + "'}"))
        .hasMessageContaining("no break-glass copy is being made");
  }

  @Test
  void openBaosDialectMakesTheFirstRecoveryKeyForATokenAlone() {
    system.write("init", "{'recovery_shares': 0, 'recovery_threshold': 0}");
    Fields before = body(system.read("rotate/recovery/init"));
    assertThat(before.bool("started")).contains(false);
    assertThat(before.integer("seal_threshold")).contains(0L);
    String request = "{'secret_shares': 3, 'secret_threshold': 2}";
    assertThatThrownBy(() -> system.write("rekey-recovery-key/init", request))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no recovery keys");

    Fields made = body(system.write("rotate/recovery/init", request));
    assertThat(made.bool("complete")).contains(true);
    assertThat(made.string("namespace")).contains("root");
    assertThat(made.strings("keys").orElseThrow()).hasSize(3);
    assertThat(body(system.read("rotate/recovery/init")).integer("required")).contains(2L);
    Fields next = body(system.write("rotate/recovery/init", request));
    assertThat(next.bool("complete")).isEmpty();
    assertThat(next.bool("started")).contains(true);
  }
}
