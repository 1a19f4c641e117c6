package strongroom.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/** Runs between two servers in memory. */
class MigrationTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);

  private final MemoryServer source = new MemoryServer("old", CLOCK);
  private final MemoryServer target = new MemoryServer("new", CLOCK);
  private final List<Duration> waits = new ArrayList<>();
  private final List<String> told = new ArrayList<>();

  private Report run(Api from, Api to, boolean dryRun, boolean overwrite, String... mounts) {
    MigrationSettings settings =
        new MigrationSettings(
            "http://old",
            "http://new",
            dryRun,
            overwrite,
            1,
            List.of(mounts),
            Duration.ofSeconds(1),
            told::add,
            CLOCK);
    return new Migration(from, to, settings, waits::add).run();
  }

  private Report run() {
    return run(source, target, false, false);
  }

  /** A key of each kind that needs care. */
  private void fill() {
    source.mount("kv/", "kv", "2").mount("plain/", "kv", "");
    source.put("kv/", "one", "a");
    for (int i = 1; i <= 14; i++) {
      source.put("kv/", "dropped", "d" + i);
    }
    for (int i = 1; i <= 5; i++) {
      source.put("kv/", "gone", "g" + i);
    }
    source.key("kv/gone").delete(2, NOW);
    source.key("kv/gone").destroy(4);
    KeySettings settings = new KeySettings(12, true, Duration.ofHours(2), Map.of("owner", "ann"));
    source.put("kv/", "set/deep", "s1");
    source.key("kv/set/deep").configure(settings);
    source.put("kv/", "set/deep", "s2");
    source.key("kv/set/deep").configure(new KeySettings(12, true, Duration.ZERO, Map.of("a", "b")));
    for (int i = 3; i <= 12; i++) {
      source.put("kv/", "set/deep", "s" + i);
    }
    source.versioned.put(
        "kv/empty",
        new MemoryKey().configure(new KeySettings(0, false, Duration.ZERO, Map.of("n", "m"))));
    source.objects.put("plain/x/y", JsonObject.builder().put("p", "plain-secret").build());
    source.policy("app", "path \"kv/*\" { capabilities = [\"read\"] }");
    source.policy("default", "# of the source").policy("root", "");
    target.policy("default", "# of the target");
    source.objects.put(
        "auth/token/roles/ci",
        JsonObject.builder()
            .put("name", "ci")
            .put("allowed_policies", List.of("app"))
            .put("period", 0)
            .put("token_period", 3600)
            .putNull("allowed_entity_aliases")
            .build());
  }

  @Test
  void movesAllVersionsUnderTheirNumbersWithTheirSettings() {
    fill();
    Report report = run();
    assertThat(report.findings()).isEmpty();
    assertThat(report.complete()).isTrue();
    assertThat(target.seen()).isEqualTo(source.seen());
    assertThat(target.objects.get("plain/x/y")).isEqualTo(source.objects.get("plain/x/y"));
    assertThat(target.mounts.keySet()).containsExactly("kv/", "plain/");
    assertThat(target.key("kv/set/deep").deletion(2)).contains(NOW.plus(Duration.ofHours(2)));
    assertThat(target.key("kv/set/deep").deletion(3)).isEmpty();
    assertThat(section(report, "keys of kv/").verified()).isEqualTo(5);
  }

  @Test
  void movesPoliciesAndTokenRolesAndKeepsTheTargetsOwnDefault() {
    fill();
    Report report = run();
    assertThat(Shapes.text(object("sys/policies/acl/app"), "policy")).contains("kv/*");
    assertThat(Shapes.text(object("sys/policies/acl/default"), "policy")).contains("target");
    assertThat(target.objects).doesNotContainKey("sys/policies/acl/root");
    assertThat(object("auth/token/roles/ci").members().keySet())
        .containsExactly("allowed_policies", "token_period");
    assertThat(report.leftBehind())
        .anySatisfy(left -> assertThat(left.what()).isEqualTo("the policy default"));
  }

  private JsonObject object(String path) {
    return Optional.ofNullable(target.objects.get(path)).orElseThrow();
  }

  private static Report.Section section(Report report, String name) {
    return report.sections().stream()
        .filter(section -> section.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSecondRunFindsAllInPlaceAndWritesNothing() {
    fill();
    run();
    target.asked.clear();
    Report again = run();
    assertThat(again.complete()).isTrue();
    assertThat(target.writes()).isEmpty();
    assertThat(section(again, "keys of kv/").of(Outcome.IN_PLACE)).isEqualTo(5);
  }

  @Test
  void bringsWhatIsNewSinceTheLastRun() {
    fill();
    run();
    for (int i = 15; i <= 31; i++) {
      source.put("kv/", "dropped", "d" + i);
    }
    source.put("kv/", "one", "b").put("kv/", "new", "n");
    source.key("kv/dropped").destroy(30);
    assertThat(run().complete()).isTrue();
    assertThat(target.seen()).isEqualTo(source.seen());
  }

  @Test
  void goesOnWhereARunWasCutOffAtAnyWrite() {
    fill();
    int writes = 0;
    for (boolean cut = true; cut; writes++) {
      MemoryServer fresh = new MemoryServer("new", CLOCK);
      fresh.policy("default", "# of the target");
      AtomicInteger left = new AtomicInteger(writes);
      Api breaking =
          ask -> {
            if (!ask.method().equals("GET") && left.getAndDecrement() <= 0) {
              throw new Unreachable("cut off");
            }
            return fresh.send(ask);
          };
      cut = !run(source, breaking, false, false).interrupted().isEmpty();
      Report second = run(source, fresh, false, false);
      assertThat(second.findings()).as("cut off after %s writes", writes).isEmpty();
      assertThat(fresh.seen()).as("cut off after %s writes", writes).isEqualTo(source.seen());
    }
    assertThat(writes).isGreaterThan(30);
  }

  @Test
  void aWriteWhoseAnswerIsLostIsNotDoneTwice() {
    fill();
    for (int lost = 0; lost < 60; lost++) {
      MemoryServer fresh = new MemoryServer("new", CLOCK);
      fresh.policy("default", "# of the target");
      AtomicInteger left = new AtomicInteger(lost);
      Api losing =
          ask -> {
            Answer answer = fresh.send(ask);
            if (ask.path().contains("/data/")
                && !ask.method().equals("GET")
                && left.getAndDecrement() == 0) {
              throw new Unreachable("the answer got lost");
            }
            return answer;
          };
      Report report = run(source, losing, false, false);
      assertThat(report.findings()).as("write %s", lost).isEmpty();
      assertThat(fresh.seen()).as("write %s", lost).isEqualTo(source.seen());
    }
  }

  @Test
  void leavesAloneWhatTheTargetHasOtherwise() {
    fill();
    run();
    target.put("kv/", "one", "newer on the target");
    target.objects.put("plain/x/y", JsonObject.builder().put("p", "other").build());
    target.policy("app", "# other");
    target.key("kv/set/deep").configure(new KeySettings(3, false, Duration.ZERO, Map.of()));
    Map<String, String> before = target.seen();
    Report report = run();
    assertThat(target.seen()).isEqualTo(before);
    assertThat(report.complete()).isFalse();
    assertThat(report.findings())
        .extracting(Report.Finding::name)
        .containsExactlyInAnyOrder("app", "one", "set/deep", "x/y");
    assertThat(report.findings())
        .allSatisfy(finding -> assertThat(finding.outcome()).isEqualTo(Outcome.DIFFERS));
  }

  @Test
  void replacesWhatTheTargetHasOtherwiseWhenToldTo() {
    fill();
    target.mount("kv/", "kv", "2");
    target.put("kv/", "one", "other").put("kv/", "one", "newer");
    target.put("kv/", "gone", "g1").put("kv/", "own", "stays");
    target.policy("app", "# other");
    Report report = run(source, target, false, true);
    assertThat(report.findings()).isEmpty();
    assertThat(target.key("kv/own").current()).isEqualTo(1);
    target.versioned.remove("kv/own");
    assertThat(target.seen()).isEqualTo(source.seen());
    assertThat(Shapes.text(object("sys/policies/acl/app"), "policy")).contains("kv/*");
    assertThat(report.notes())
        .anySatisfy(note -> assertThat(note).contains("1 keys in kv/").contains("own"));
  }

  @Test
  void neverOverwritesAVersionThatWasDeletedOnTheSourceOnlyLater() {
    fill();
    run();
    source.key("kv/one").delete(1, NOW);
    Report report = run();
    assertThat(report.findings())
        .extracting(Report.Finding::why)
        .containsExactly("version 1 is deleted on the source only");
    assertThat(target.key("kv/one").read(1, NOW)).isPresent();
  }

  @Test
  void neverWritesToTheSource() {
    fill();
    run(source, target, false, true);
    assertThat(source.writes()).isEmpty();
  }

  @Test
  void aDryRunWritesNothingAndReadsNoSecret() {
    fill();
    Report report = run(source, target, true, false);
    assertThat(target.writes()).isEmpty();
    assertThat(source.asked)
        .noneMatch(line -> line.contains("kv/data/") || line.contains("plain/x/y"));
    assertThat(told)
        .contains(
            "plan: kv/ KV version 2, 5 keys: new on the target",
            "plan: plain/ KV version 1, 1 keys: new on the target");
    assertThat(report.dryRun()).isTrue();
  }

  @Test
  void noSecretAndNoHashOfOneIsInTheReport() {
    fill();
    target.mount("plain/", "kv", "1");
    target.objects.put("plain/x/y", JsonObject.builder().put("p", "other-secret").build());
    Report report = run();
    String text =
        ReportText.markdown(report)
            + new String(
                Json.toBytes(ReportText.json(report)), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(text).contains("x/y").doesNotContain("plain-secret", "other-secret", "g1", "s12");
    assertThat(text).doesNotContainPattern("[0-9a-f]{32}");
  }

  @Test
  void waitsForAServerThatIsBusyAsLongAsItAsks() {
    fill();
    AtomicInteger busy = new AtomicInteger(3);
    Api limited =
        ask ->
            ask.path().contains("metadata/one") && busy.getAndDecrement() > 0
                ? new Answer(429, JsonObject.EMPTY, Optional.of(Duration.ofSeconds(7)))
                : source.send(ask);
    assertThat(run(limited, target, false, false).complete()).isTrue();
    assertThat(waits).contains(Duration.ofSeconds(7));
  }

  @Test
  void givesUpOnAServerThatStaysBusyAndSaysHowToGoOn() {
    fill();
    Api down =
        ask ->
            ask.path().contains("metadata/one")
                ? new Answer(503, JsonObject.EMPTY, Optional.empty())
                : source.send(ask);
    Report report = run(down, target, false, false);
    assertThat(report.interrupted()).contains("503").contains("run this again later");
    assertThat(report.complete()).isFalse();
    assertThat(waits)
        .allSatisfy(wait -> assertThat(wait).isLessThanOrEqualTo(Duration.ofSeconds(15)));
  }

  @Test
  void endsWhenItsTokenEndsRatherThanFailingKeyByKey() {
    fill();
    AtomicInteger asks = new AtomicInteger();
    Api ending =
        ask -> asks.incrementAndGet() > 30 ? MemoryServer.refusal(403, "no") : source.send(ask);
    Report report = run(ending, target, false, false);
    assertThat(report.interrupted()).contains("token of the source");
    assertThat(report.findings()).isEmpty();
  }

  @Test
  void reportsWhatTheTokenMayNotSeeAndMovesTheRest() {
    fill();
    source.denied.add("kv/metadata/set/");
    source.denied.add("kv/data/one");
    source.denied.add("auth/token/roles");
    Report report = run();
    assertThat(report.findings())
        .extracting(Report.Finding::name)
        .containsExactlyInAnyOrder("set/*", "one", "all");
    assertThat(report.findings())
        .allSatisfy(finding -> assertThat(finding.why()).contains("403: permission denied"));
    assertThat(target.key("kv/gone").current()).isEqualTo(5);
  }

  @Test
  void aMountWithoutOptionsIsOfVersionOneAndOldNamesAreKnown() {
    source.mount("a/", "kv", "").mount("b/", "generic", "");
    source.objects.put("a/k", JsonObject.builder().put("x", 1).build());
    source.objects.put("b/k", JsonObject.builder().put("x", 2).build());
    assertThat(run().complete()).isTrue();
    assertThat(target.objects).containsKeys("a/k", "b/k");
    assertThat(Shapes.stringMap(object(target.mounts, "b/"), "options"))
        .containsEntry("version", "1");
  }

  private static JsonObject object(Map<String, JsonObject> all, String name) {
    return Optional.ofNullable(all.get(name)).orElseThrow();
  }

  @Test
  void listsEnginesAndMethodsThatItDoesNotKnowWithWhatTheyHold() {
    source.mount("transit/", "transit", "").mount("odd/", "vault-plugin-odd", "");
    source.auth.put("approle/", MemoryServer.mountJson("approle", ""));
    source.objects.put("transit/keys/k", JsonObject.EMPTY);
    source.objects.put("auth/approle/role/ci", JsonObject.builder().put("ttl", 5).build());
    source.objects.put("auth/approle/role/cd", JsonObject.builder().put("ttl", 5).build());
    target.auth.put("approle/", MemoryServer.mountJson("approle", ""));
    target.objects.put("auth/approle/role/ci", JsonObject.builder().put("ttl", 5).build());
    Report report = run();
    assertThat(report.leftBehind())
        .extracting(Report.LeftBehind::what)
        .contains(
            "secrets engine transit at transit/ (1 keys)",
            "secrets engine vault-plugin-odd at odd/",
            "auth method approle at auth/approle/ (2 role, 1 of them the same on the target)");
    assertThat(report.complete()).isTrue();
  }

  @Test
  void movesFoldersOfTenThousandKeys() {
    source.mount("plain/", "kv", "1");
    for (int i = 0; i < 10_000; i++) {
      source.objects.put("plain/many/k" + i, JsonObject.builder().put("n", i).build());
    }
    Report report = run();
    assertThat(section(report, "keys of plain/").verified()).isEqualTo(10_000);
    assertThat(report.complete()).isTrue();
  }

  @Test
  void doesNotMoveKeysIntoAPathThatSomethingElseHas() {
    fill();
    target.mount("kv/", "kv", "1").mount("plain/", "transit", "");
    Report report = run();
    assertThat(report.findings())
        .extracting(Report.Finding::name)
        .containsExactlyInAnyOrder("kv/", "plain/");
    assertThat(target.versioned).isEmpty();
    assertThat(target.objects).doesNotContainKey("plain/x/y");
  }

  @Test
  void movesOneMountOnlyWhenToldTo() {
    fill();
    Report report = run(source, target, false, false, "plain/");
    assertThat(report.complete()).isTrue();
    assertThat(target.mounts.keySet()).containsExactly("plain/");
    assertThat(target.objects).doesNotContainKey("sys/policies/acl/app");
    Report none = run(source, target, false, false, "misspelt/");
    assertThat(none.findings()).extracting(Report.Finding::name).containsExactly("misspelt/");
  }

  @Test
  void movesAMountsSettingsAfterItsKeys() {
    source.mount("kv/", "kv", "2");
    source.put("kv/", "k", "1").put("kv/", "k", "2").put("kv/", "k", "3");
    JsonObject config =
        JsonObject.builder()
            .put("cas_required", true)
            .put("delete_version_after", "720h0m0s")
            .put("max_versions", 2)
            .build();
    source.objects.put("kv/config", config);
    JsonValue tuned =
        JsonObject.builder().put("default_lease_ttl", 60).put("max_lease_ttl", 3600).build();
    source.mounts.put(
        "kv/",
        JsonObject.builder()
            .putAll(object(source.mounts, "kv/"))
            .put("description", "for the team")
            .put("config", tuned)
            .build());
    assertThat(run().complete()).isTrue();
    assertThat(target.objects.get("kv/config")).isEqualTo(config);
    assertThat(target.seen()).isEqualTo(source.seen());
    assertThat(object(target.mounts, "kv/").member("config")).contains(tuned);
    assertThat(Shapes.text(object(target.mounts, "kv/"), "description")).isEqualTo("for the team");
    List<String> writes = target.writes();
    assertThat(writes.getLast()).isEqualTo("POST kv/config");
  }

  @Test
  void refusesToMoveAServerIntoItself() {
    fill();
    assertThat(run(source, source, false, false).interrupted()).contains("the same server");
    assertThat(source.writes()).isEmpty();
  }

  @Test
  void namesFromTheSourceCannotSteerATerminalOrBreakATable() {
    source.mount("plain/", "kv", "1");
    source.objects.put("plain/a|b\u001b[2J", JsonObject.builder().put("x", 1).build());
    source.denied.add("plain/a|b\u001b[2J");
    Report report = run();
    assertThat(report.findings().getFirst().name()).isEqualTo("a|b [2J");
    assertThat(ReportText.markdown(report)).contains("a\\|b [2J").doesNotContain("\u001b");
  }
}
