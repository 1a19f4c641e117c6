package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code operator migrate} between two servers, each in a process of its own. */
class MigrateTest {
  private static final String SECRET = "s3cr3t-9f2c";

  @TempDir private static Path folder;
  private static DevServer source;
  private static DevServer target;
  private static Map<String, String> here;

  @BeforeAll
  static void start() throws Exception {
    Path old = Files.createDirectory(folder.resolve("old"));
    Path fresh = Files.createDirectory(folder.resolve("new"));
    Map<String, String> home = Map.of("HOME", folder.toString());
    source = DevServer.start(old, home, "-dev", "-dev-no-store-token");
    target = DevServer.start(fresh, home, "-dev", "-dev-no-store-token");
    here =
        Map.of(
            "VAULT_ADDR",
            "http://127.0.0.1:" + target.port(),
            "VAULT_TOKEN",
            "root",
            "VAULT_SOURCE_ADDR",
            "http://127.0.0.1:" + source.port(),
            "VAULT_SOURCE_TOKEN",
            "root");
  }

  @AfterAll
  static void end() {
    if (source != null) {
      source.close();
    }
    if (target != null) {
      target.close();
    }
  }

  private static Command at(DevServer server, String... words) {
    Map<String, String> environment =
        Map.of("VAULT_ADDR", "http://127.0.0.1:" + server.port(), "VAULT_TOKEN", "root");
    return run(environment, words);
  }

  private static Command migrate(String... flags) {
    String[] words = new String[flags.length + 2];
    words[0] = "operator";
    words[1] = "migrate";
    System.arraycopy(flags, 0, words, 2, flags.length);
    return run(here, words);
  }

  private static Command run(Map<String, String> environment, String... words) {
    String[] all = new String[words.length + 1];
    all[0] = Command.STRONGROOM;
    System.arraycopy(words, 0, all, 1, words.length);
    return Command.run(environment, all);
  }

  @Test
  void whatASourceHoldsMovesIsComparedAndMovesOnlyOnce() throws Exception {
    at(source, "kv", "put", "secret/app/db", "password=" + SECRET);
    at(source, "kv", "put", "secret/app/db", "password=" + SECRET + "-2");
    at(source, "kv", "put", "secret/app/gone", "a=1");
    at(source, "kv", "delete", "secret/app/gone");
    at(source, "kv", "metadata", "put", "-custom-metadata=owner=team", "secret/app/db");
    at(source, "secrets", "enable", "-path=plain", "-description=old", "kv");
    at(source, "kv", "put", "plain/one", "x=" + SECRET);
    Command.runWith(
        "path \"secret/*\" { capabilities = [\"read\"] }",
        Map.of("VAULT_ADDR", "http://127.0.0.1:" + source.port(), "VAULT_TOKEN", "root"),
        Command.STRONGROOM,
        "policy",
        "write",
        "app",
        "-");
    at(source, "write", "auth/token/roles/app", "allowed_policies=app", "orphan=true");

    Command dry = migrate("-dry-run");
    assertThat(dry.exit()).as(dry.toString()).isZero();
    assertThat(at(target, "kv", "get", "secret/app/db").exit()).isEqualTo(2);

    Path report = folder.resolve("report.md");
    Command moved = migrate("-report=" + report);
    assertThat(moved.exit()).as(moved.toString()).isZero();
    assertThat(moved.out() + moved.err() + Files.readString(report)).doesNotContain(SECRET);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(report)))
        .isEqualTo("rw-------");
    assertThat(at(target, "kv", "get", "-field=password", "-version=1", "secret/app/db").out())
        .isEqualTo(SECRET);
    assertThat(at(target, "kv", "get", "-field=password", "secret/app/db").out())
        .isEqualTo(SECRET + "-2");
    assertThat(at(target, "kv", "metadata", "get", "secret/app/db").out()).contains("owner:team");
    assertThat(at(target, "kv", "get", "secret/app/gone").out())
        .contains("deletion_time")
        .doesNotContain("a    1");
    assertThat(at(target, "kv", "get", "-field=x", "plain/one").out()).isEqualTo(SECRET);
    assertThat(at(target, "policy", "read", "app").out()).contains("secret/*");
    assertThat(at(target, "read", "-field=orphan", "auth/token/roles/app").out()).isEqualTo("true");

    Command again = migrate("-format=json");
    assertThat(again.exit()).as(again.toString()).isZero();
    assertThat(again.out()).doesNotContain("\"moved\": 1").doesNotContain(SECRET);
  }

  @Test
  void whatTheTargetHasOtherwiseIsLeftAloneAndReported() {
    at(source, "secrets", "enable", "-path=both", "-version=2", "kv");
    at(target, "secrets", "enable", "-path=both", "-version=2", "kv");
    at(source, "kv", "put", "both/k", "v=" + SECRET);
    at(target, "kv", "put", "both/k", "v=the target's own");

    Command refused = migrate("-mount=both");
    assertThat(refused.exit()).as(refused.toString()).isEqualTo(2);
    assertThat(at(target, "kv", "get", "-field=v", "both/k").out()).isEqualTo("the target's own");
    Command forced = migrate("-mount=both", "-overwrite");
    assertThat(forced.exit()).as(forced.toString()).isZero();
    assertThat(at(target, "kv", "get", "-field=v", "both/k").out()).isEqualTo(SECRET);
  }

  @Test
  void vaultsCommandOfThisNameIsExplained() {
    Command refused = migrate("-config=migrate.hcl");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("stopped server", "-source-address");
  }
}
