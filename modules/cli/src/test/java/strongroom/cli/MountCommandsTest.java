package strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** secrets, auth, audit, policy and lease. */
final class MountCommandsTest {
  private static final String MOUNTS =
      """
      {"data":{
       "sys/":{"type":"system","accessor":"system_1","description":"system endpoints",
         "config":{"default_lease_ttl":0,"max_lease_ttl":0},"options":null,"local":false,
         "seal_wrap":true,"external_entropy_access":false,"uuid":"u1"},
       "kv/":{"type":"kv","accessor":"kv_1","description":"",
         "config":{"default_lease_ttl":60,"max_lease_ttl":0,"force_no_cache":false},
         "options":{"version":"2"},"local":true,"seal_wrap":false,
         "external_entropy_access":false,"uuid":"u2"}}}""";

  @TempDir Path home;
  private ScriptedServer server;
  private Terminal terminal;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    terminal = Terminal.with(server, home);
    server.on("GET /v1/sys/mounts", 200, MOUNTS);
    server.on("GET /v1/sys/auth", 200, MOUNTS);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void enginesAreListedInOrder() {
    assertThat(terminal.run("secrets", "list").out())
        .isEqualTo(
            """
            Path    Type      Accessor    Description
            ----    ----      --------    -----------
            kv/     kv        kv_1        n/a
            sys/    system    system_1    system endpoints
            """);
    assertThat(terminal.run("secrets", "list", "-format=json").out())
        .startsWith("{\n  \"kv/\": {\n    \"type\": \"kv\",");
  }

  @Test
  void detailsShowEveryColumn() {
    String out = terminal.run("secrets", "list", "-detailed").out();
    assertThat(out.lines().toList().get(2))
        .matches(
            "kv/ +kv +kv_1 +60 +system +false +local +false +false +map\\[version:2] +n/a +u2"
                + " +n/a +n/a +n/a +n/a");
    assertThat(out.lines().toList().get(3)).contains("n/a").contains("replicated");
  }

  @Test
  void authMethodsAreListedWithTheirVersion() {
    assertThat(terminal.run("auth", "list").out())
        .startsWith("Path    Type      Accessor    Description         Version\n");
    assertThat(terminal.run("auth", "list", "-detailed").out()).contains("Token Type");
  }

  @Test
  void anEngineIsEnabledWithItsSettings() {
    server.on("POST /v1/sys/mounts/secret", 204, "");
    assertThat(
            terminal
                .run(
                    "secrets",
                    "enable",
                    "-path=secret",
                    "-version=2",
                    "-description=d",
                    "-max-lease-ttl=30m",
                    "-allowed-response-headers=X-A",
                    "kv")
                .out())
        .isEqualTo("Success! Enabled the kv secrets engine at: secret/\n");
    assertThat(server.last().body())
        .isEqualTo(
            "{\"type\":\"kv\",\"description\":\"d\",\"config\":{\"allowed_response_headers\":"
                + "[\"X-A\"],\"max_lease_ttl\":\"30m0s\"},\"local\":false,\"seal_wrap\":false,"
                + "\"external_entropy_access\":false,\"options\":{\"version\":\"2\"}}");
  }

  @Test
  void aMethodIsEnabledAtItsTypeAndTuned() {
    server.on("POST /v1/sys/auth/userpass", 204, "");
    server.on("POST /v1/sys/auth/userpass/tune", 204, "");
    assertThat(terminal.run("auth", "enable", "userpass").out())
        .isEqualTo("Success! Enabled userpass auth method at: userpass/\n");
    assertThat(
            terminal
                .run("auth", "tune", "-default-lease-ttl=system", "-token-type=batch", "userpass")
                .out())
        .isEqualTo("Success! Tuned the auth method at: userpass/\n");
    assertThat(server.last().body())
        .isEqualTo("{\"token_type\":\"batch\",\"default_lease_ttl\":\"system\"}");
  }

  @Test
  void tuningSendsOnlyWhatWasGiven() {
    server.on("POST /v1/sys/mounts/kv/tune", 204, "");
    assertThat(terminal.run("secrets", "tune", "-description=", "kv/").out())
        .isEqualTo("Success! Tuned the secrets engine at: kv/\n");
    assertThat(server.last().body()).isEqualTo("{\"description\":\"\"}");
  }

  @Test
  void mountsAreDisabled() {
    server.on("DELETE /v1/sys/mounts/kv", 204, "");
    server.on("DELETE /v1/sys/auth/userpass", 204, "");
    assertThat(terminal.run("secrets", "disable", "kv").out())
        .isEqualTo("Success! Disabled the secrets engine (if it existed) at: kv/\n");
    assertThat(terminal.run("auth", "disable", "userpass/").out())
        .isEqualTo("Success! Disabled the auth method (if it existed) at: userpass/\n");
  }

  @Test
  void aMoveIsWaitedFor() {
    server.on("POST /v1/sys/remount", 200, "{\"data\":{\"migration_id\":\"m1\"}}");
    server
        .on(
            "GET /v1/sys/remount/status/m1",
            200,
            "{\"data\":{\"migration_info\":{\"status\":\"in-progress\"}}}")
        .on(
            "GET /v1/sys/remount/status/m1",
            200,
            "{\"data\":{\"migration_info\":{\"status\":\"success\"}}}");
    assertThat(terminal.run("secrets", "move", "kv", "kv2").out())
        .isEqualTo(
            """
            Started moving secrets engine kv/ to kv2/, with migration ID m1
            Success! Finished moving secrets engine kv/ to kv2/, with migration ID m1
            """);
    assertThat(terminal.run("auth", "move", "a", "b").out()).contains("auth/a/ to auth/b/");
  }

  @Test
  void auditDevicesAreEnabledListedAndDisabled() {
    server.on("PUT /v1/sys/audit/file", 204, "");
    server.on("DELETE /v1/sys/audit/file", 204, "");
    server
        .on(
            "GET /v1/sys/audit",
            200,
            "{\"data\":{\"file/\":{\"type\":\"file\",\"description\":\"d\",\"local\":false,"
                + "\"options\":{\"file_path\":\"/x\"}}}}")
        .on("GET /v1/sys/audit", 200, "{\"data\":{}}");
    assertThat(terminal.run("audit", "enable", "file", "file_path=/x").out())
        .isEqualTo("Success! Enabled the file audit device at: file/\n");
    assertThat(server.last().body())
        .isEqualTo(
            "{\"type\":\"file\",\"description\":\"\",\"options\":{\"file_path\":\"/x\"},"
                + "\"local\":false}");
    assertThat(terminal.run("audit", "list", "-detailed").out())
        .contains("file/    file    d              replicated     map[file_path:/x]");
    assertThat(terminal.run("audit", "list"))
        .isEqualTo(new Terminal.Ended(2, "", "No audit devices are enabled.\n"));
    assertThat(terminal.run("audit", "list", "-format=json"))
        .isEqualTo(new Terminal.Ended(0, "{}\n", ""));
    assertThat(terminal.run("audit", "disable", "file").out())
        .isEqualTo("Success! Disabled audit device (if it was enabled) at: file/\n");
  }

  @Test
  void policiesAreWrittenReadListedAndDeleted() throws IOException {
    Path file =
        Files.writeString(home.resolve("p.hcl"), "path \"a\" {\ncapabilities=[\"read\"]\n}");
    server.on("PUT /v1/sys/policies/acl/ops", 204, "");
    server.on("DELETE /v1/sys/policies/acl/ops", 204, "");
    server.on("GET /v1/sys/policies/acl/ops", 200, "{\"data\":{\"policy\":\"path {}\\n\\n\"}}");
    server.on(
        "GET /v1/sys/policies/acl?list=true", 200, "{\"data\":{\"keys\":[\"default\",\"root\"]}}");
    assertThat(terminal.run("policy", "write", "Ops", file.toString()).out())
        .isEqualTo("Success! Uploaded policy: ops\n");
    assertThat(server.last().body())
        .isEqualTo("{\"policy\":\"path \\\"a\\\" {\\ncapabilities=[\\\"read\\\"]\\n}\"}");
    assertThat(terminal.input("path {}").run("policy", "write", "ops", "-").code()).isZero();
    assertThat(terminal.run("policy", "read", "ops").out()).isEqualTo("path {}\n");
    assertThat(terminal.run("policy", "read", "none"))
        .isEqualTo(new Terminal.Ended(2, "", "No policy named: none\n"));
    assertThat(terminal.run("policy", "list").out()).isEqualTo("default\nroot\n");
    assertThat(terminal.run("policy", "delete", "ops").out())
        .isEqualTo("Success! Deleted policy: ops\n");
    assertThat(terminal.run("policy", "fmt", file.toString()).out())
        .isEqualTo("Success! Formatted policy: " + file + "\n");
    assertThat(file).hasContent("path \"a\" {\n  capabilities = [\"read\"]\n}\n");
  }

  @Test
  void leasesAreLookedUpRenewedAndRevoked() {
    server.on("PUT /v1/sys/leases/lookup", 200, "{\"data\":{\"ttl\":60}}");
    server.on(
        "PUT /v1/sys/leases/renew",
        200,
        "{\"lease_id\":\"a/1\",\"lease_duration\":60,\"renewable\":true}");
    server.on("PUT /v1/sys/leases/revoke", 204, "");
    server.on("PUT /v1/sys/leases/revoke-prefix/a", 204, "");
    server.on("PUT /v1/sys/leases/revoke-force/a", 204, "");
    assertThat(terminal.run("lease", "lookup", "a/1").out()).endsWith("ttl    1m\n");
    assertThat(terminal.run("lease", "renew", "-increment=1h", "a/1").out())
        .contains("lease_renewable    true");
    assertThat(server.last().body()).isEqualTo("{\"lease_id\":\"a/1\",\"increment\":3600}");
    assertThat(terminal.run("lease", "revoke", "a/1").out())
        .isEqualTo("All revocation operations queued successfully!\n");
    assertThat(terminal.run("lease", "revoke", "-sync", "a/1").out())
        .isEqualTo("Success! Revoked lease: a/1\n");
    assertThat(terminal.run("lease", "revoke", "-sync", "-prefix", "a").out())
        .isEqualTo("Success! Revoked any leases with prefix: a\n");
    assertThat(terminal.run("lease", "revoke", "-force", "-prefix", "a").out())
        .isEqualTo("Success! Force revoked any leases with prefix: a\n");
    assertThat(terminal.run("lease", "revoke", "-force", "a").code()).isEqualTo(1);
  }

  @Test
  void pluginsAreWhatIsBuiltIn() {
    server
        .on(
            "GET /v1/sys/plugins/catalog",
            200,
            "{\"data\":{\"auth\":[\"token\"],\"database\":[],\"secret\":[\"kv\"],\"detailed\":["
                + "{\"type\":\"auth\",\"name\":\"token\",\"version\":\"v1\"},"
                + "{\"type\":\"secret\",\"name\":\"kv\",\"version\":\"v2\"}]}}")
        .on("GET /v1/sys/plugins/catalog/secret/kv", 200, "{\"data\":{\"name\":\"kv\"}}")
        .on("PUT /v1/sys/plugins/catalog/secret/mine", 400, "{\"errors\":[\"none\"]}");
    assertThat(terminal.run("plugin", "list").out())
        .isEqualTo(
            """
            Name     Type      Version
            ----     ----      -------
            token    auth      v1
            kv       secret    v2
            """);
    assertThat(terminal.run("plugin", "list", "secret").out())
        .isEqualTo("Name    Version\n----    -------\nkv      v2\n");
    assertThat(terminal.run("plugin", "list", "-format=json", "auth").out())
        .contains("\"auth\": [\n    \"token\"\n  ]")
        .contains("\"details\"")
        .doesNotContain("kv");
    assertThat(terminal.run("plugin", "list", "none"))
        .isEqualTo(
            new Terminal.Ended(
                1, "", "There are no plugins of the type none: auth, database, secret\n"));
    assertThat(terminal.run("plugin", "info", "secret", "kv").out()).contains("name    kv");
    assertThat(terminal.run("plugin", "register", "-sha256=ab", "secret", "mine").code())
        .isEqualTo(2);
    assertThat(server.last().body()).contains("\"command\":\"mine\",\"sha256\":\"ab\"");
  }

  @Test
  void aServerWithoutNamespacesIsNamedAsOne() {
    server
        .on("GET /v1/sys/namespaces?list=true", 404, "{\"errors\":[\"unsupported path\"]}")
        .on("PUT /v1/sys/namespaces/team", 200, "{\"data\":{\"id\":\"x\",\"path\":\"team/\"}}")
        .on("GET /v1/sys/namespaces/team", 200, "{\"data\":{\"id\":\"x\",\"path\":\"team/\"}}")
        .on("DELETE /v1/sys/namespaces/team", 204, "");
    Terminal.Ended ended = terminal.run("namespace", "list");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("this server has no namespaces");
    // Other servers have some.
    assertThat(terminal.run("namespace", "create", "-custom-metadata=a=b", "team").out())
        .contains("path    team/");
    assertThat(server.last().body()).isEqualTo("{\"custom_metadata\":{\"a\":\"b\"}}");
    assertThat(terminal.run("namespace", "lookup", "team").out()).contains("team/");
    assertThat(terminal.run("namespace", "delete", "team").out())
        .isEqualTo("Success! Namespace deletion scheduled: team/\n");
  }
}
