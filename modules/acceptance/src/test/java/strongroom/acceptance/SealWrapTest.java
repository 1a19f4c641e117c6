package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.barrier.Barrier;
import strongroom.barrier.BarrierFault;
import strongroom.barrier.SealWrap;
import strongroom.seal.BreakGlassCopy;
import strongroom.seal.Shamir;
import strongroom.secret.SecretBytes;
import strongroom.storage.raft.RaftSettings;
import strongroom.storage.raft.RaftStorage;

/** Seal wrap on a real HSM, from a client's side and from a thief's of the disk. */
class SealWrapTest {
  private static final Pattern CALLS =
      Pattern.compile("(?m)^hsm_op_seconds_count\\{[^}]*} ([0-9.]+)$");
  private static final int READS = 200;

  /** Where the health check asks the HSM meanwhile. */
  private static final int CALLS_OF_A_HEALTH_CHECK_MAX = 10;

  private static final int KEY_BYTES = 32;
  private static final byte SEALED_TWICE = 2;

  @TempDir Path folder;

  private static double hsmCalls(Api api) {
    String text = api.get("sys/metrics?format=prometheus").expect(200).text();
    return CALLS
        .matcher(text)
        .results()
        .mapToDouble(found -> Double.parseDouble(found.group(1)))
        .sum();
  }

  private static String breakGlassShares(Api api, Api.Answer init) {
    String nonce =
        api.put("sys/break-glass/create", "{'secret_shares':2,'secret_threshold':2}")
            .expect(200)
            .string("data.nonce");
    Api.Answer last = null;
    for (String key : init.strings("recovery_keys").subList(0, 2)) {
      last =
          api.put("sys/break-glass/create/update", "{'nonce':'" + nonce + "','key':'" + key + "'}")
              .expect(200);
    }
    assertThat(last).isNotNull();
    return String.join(" ", last.strings("data.keys"));
  }

  @Test
  void readsAskNoHsmAndTheRootKeyAloneOpensNothing() throws Exception {
    SoftHsm hsm = SoftHsm.provision(folder, "vault-hsm-token");
    String shares;
    String wrapped;
    String plain;
    try (Server server =
        Server.seed(folder, hsm, "generate_key = \"true\"\nhealth_check_interval = \"1h\"")
            .start()) {
      Api.Answer init =
          server.api().put("sys/init", "{'recovery_shares':3,'recovery_threshold':2}").expect(200);
      server.awaitHealth(200);
      Api api = server.api().as(init.string("root_token"));
      api.put("sys/mounts/wrapped", "{'type':'kv','seal_wrap':true}").expect(204);
      api.put("sys/mounts/plain", "{'type':'kv'}").expect(204);
      Api.Answer mounts = api.get("sys/mounts").expect(200);
      assertThat(mounts.bool("wrapped/.seal_wrap")).isTrue();
      wrapped = "logical/" + mounts.string("wrapped/.uuid") + "/v1/a";
      plain = "logical/" + mounts.string("plain/.uuid") + "/v1/a";

      double before = hsmCalls(api);
      assertThat(before).isPositive();
      for (int i = 0; i < READS; i++) {
        api.put("wrapped/a", "{'n':" + i + "}").expect(204);
        assertThat(api.get("wrapped/a").expect(200).number("data.n")).isEqualTo(i);
      }
      api.put("plain/a", "{'n':1}").expect(204);
      assertThat(hsmCalls(api) - before).isLessThanOrEqualTo(CALLS_OF_A_HEALTH_CHECK_MAX);

      api.put("sys/sealwrap/rewrap", "{}").expect(204);
      server.await(
          "the rewrap is done",
          Duration.ofSeconds(30),
          () -> !api.get("sys/sealwrap/rewrap").expect(200).bool("data.is_running"));
      Api.Answer status = api.get("sys/sealwrap/rewrap").expect(200);
      assertThat(status.bool("data.enabled")).isTrue();
      assertThat(status.number("data.entries.failed")).isZero();
      assertThat(status.number("data.entries.succeeded")).isPositive();
      shares = breakGlassShares(api, init);
      server.terminate();
    }
    RaftStorage disk = new RaftStorage(RaftSettings.of(folder.resolve("data"), "node1"));
    try (disk) {
      disk.start();
      assertThat(disk.get(wrapped).orElseThrow()).startsWith(SEALED_TWICE);
      assertThat(disk.get(plain).orElseThrow()[0]).isNotEqualTo(SEALED_TWICE);
      try (SecretBytes both = whatTheSealKeeps(disk, shares);
          SecretBytes rootKey = SecretBytes.copyOf(both.viewSegment().asSlice(0, KEY_BYTES))) {
        assertThat(both.length()).isEqualTo(2 * KEY_BYTES);
        Barrier.Source source =
            new Barrier.Source(Clock.systemUTC(), new SecureRandom(), new SealWrap(true, Set.of()));
        assertThatThrownBy(() -> Barrier.open(disk, rootKey, source))
            .isInstanceOf(BarrierFault.WrongRootKey.class);
        try (Barrier barrier = Barrier.open(disk, both, source)) {
          assertThat(new String(barrier.get(wrapped).orElseThrow(), StandardCharsets.UTF_8))
              .contains(String.valueOf(READS - 1));
        }
      }
    }
  }

  /** What the HSM would give, by the copy that needs none. */
  private static SecretBytes whatTheSealKeeps(RaftStorage disk, String shares) throws Exception {
    List<SecretBytes> parts =
        List.of(shares.split(" ")).stream()
            .map(hex -> SecretBytes.takeFrom(HexFormat.of().parseHex(hex)))
            .toList();
    try (SecretBytes key = Shamir.combine(parts)) {
      return BreakGlassCopy.fromBytes(disk.get("core/break-glass").orElseThrow()).open(key);
    } finally {
      parts.forEach(SecretBytes::close);
    }
  }
}
