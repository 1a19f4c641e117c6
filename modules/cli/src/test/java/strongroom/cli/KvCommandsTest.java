package strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KvCommandsTest {
  private static final String MOUNT_2 =
      "{\"data\":{\"path\":\"secret/\",\"type\":\"kv\",\"options\":{\"version\":\"2\"}}}";
  private static final String MOUNT_1 =
      "{\"data\":{\"path\":\"kv/\",\"type\":\"kv\",\"options\":null}}";
  private static final String METADATA =
      "\"created_time\":\"2026-01-02T03:04:05.6Z\",\"custom_metadata\":null,"
          + "\"deletion_time\":\"\",\"destroyed\":false,\"version\":3";

  @TempDir Path home;
  private ScriptedServer server;
  private Terminal terminal;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    terminal = Terminal.with(server, home);
    for (String path : new String[] {"secret/foo", "secret", "secret/a/b"}) {
      server.on("GET /v1/sys/internal/ui/mounts/" + path, 200, MOUNT_2);
    }
    for (String path : new String[] {"kv/foo", "kv"}) {
      server.on("GET /v1/sys/internal/ui/mounts/" + path, 200, MOUNT_1);
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Nested
  final class OfVersion2 {
    @BeforeEach
    void fill() {
      server.on(
          "GET /v1/secret/data/foo",
          200,
          "{\"data\":{\"data\":{\"password\":\"s3cret\",\"n\":1},\"metadata\":{"
              + METADATA
              + "}}}");
    }

    @Test
    void getPrintsPathMetadataAndData() {
      assertThat(terminal.run("kv", "get", "secret/foo"))
          .isEqualTo(
              new Terminal.Ended(
                  0,
                  """
                  = Secret Path =
                  secret/data/foo

                  ======= Metadata =======
                  Key                Value
                  ---                -----
                  created_time       2026-01-02T03:04:05.6Z
                  custom_metadata    <nil>
                  deletion_time      n/a
                  destroyed          false
                  version            3

                  ====== Data ======
                  Key         Value
                  ---         -----
                  n           1
                  password    s3cret
                  """,
                  ""));
    }

    @Test
    void getWithAMountAsksForThatMount() {
      assertThat(terminal.run("kv", "get", "-mount=secret", "-field=password", "foo").out())
          .isEqualTo("s3cret");
      assertThat(server.lines())
          .containsExactly("GET /v1/sys/internal/ui/mounts/secret", "GET /v1/secret/data/foo");
    }

    @Test
    void getOfAVersionAndOfAllInJson() {
      server.on(
          "GET /v1/secret/data/foo?version=2",
          200,
          "{\"request_id\":\"r\",\"data\":{\"data\":{\"a\":\"b\"},\"metadata\":{}}}");
      assertThat(terminal.run("kv", "get", "-version=2", "-format=json", "secret/foo").out())
          .contains("\"data\": {\n    \"data\": {\n      \"a\": \"b\"\n    },");
    }

    @Test
    void theFieldDataIsAllOfItUnlessAKeyIsCalledSo() {
      assertThat(terminal.run("kv", "get", "-field=data", "secret/foo").out())
          .isEqualTo("map[n:1 password:s3cret]");
    }

    @Test
    void aDeletedVersionShowsItsMetadataOnly() {
      server.on(
          "GET /v1/secret/data/a/b",
          404,
          "{\"data\":{\"data\":null,\"metadata\":{\"deletion_time\":\"2026-01-02T03:04:05Z\"}}}");
      Terminal.Ended ended = terminal.run("kv", "get", "secret/a/b");
      assertThat(ended.code()).isZero();
      assertThat(ended.out()).contains("deletion_time").doesNotContain("= Data =");
      assertThat(terminal.run("kv", "get", "-field=x", "secret/a/b"))
          .isEqualTo(new Terminal.Ended(2, "", "No data found at secret/data/a/b\n"));
    }

    @Test
    void putWrapsTheDataAndPrintsTheNewVersion() {
      server.on("PUT /v1/secret/data/foo", 200, "{\"data\":{" + METADATA + "}}");
      Terminal.Ended ended = terminal.run("kv", "put", "-cas=2", "secret/foo", "a=b", "c=1");
      assertThat(ended.out())
          .startsWith("= Secret Path =\nsecret/data/foo\n\n======= Metadata =======\nKey");
      assertThat(server.last().body())
          .isEqualTo("{\"data\":{\"a\":\"b\",\"c\":\"1\"},\"options\":{\"cas\":2}}");
      terminal.run("kv", "put", "-mount=secret", "foo", "a=b");
      assertThat(server.last().body()).isEqualTo("{\"data\":{\"a\":\"b\"},\"options\":{}}");
    }

    @Test
    void putNeedsData() {
      assertThat(terminal.run("kv", "put", "secret/foo"))
          .isEqualTo(new Terminal.Ended(1, "", "Must supply data\n"));
    }

    @Test
    void aFailedPutNamesThePathAndNotTheData() {
      server.on(
          "PUT /v1/secret/data/foo",
          400,
          "{\"errors\":[\"check-and-set parameter did not match the current version\"]}");
      Terminal.Ended ended = terminal.run("kv", "put", "-cas=0", "secret/foo", "a=hunter2");
      assertThat(ended.code()).isEqualTo(2);
      assertThat(ended.err())
          .startsWith("Error writing data to secret/data/foo: Error making API request.")
          .contains("check-and-set parameter did not match")
          .doesNotContain("hunter2");
    }

    @Test
    void patchSendsAMergePatchAndRemovesKeys() {
      server.on("PATCH /v1/secret/data/foo", 200, "{\"data\":{" + METADATA + "}}");
      assertThat(terminal.run("kv", "patch", "-remove-data=n", "secret/foo", "a=b").code())
          .isZero();
      assertThat(server.last().body())
          .isEqualTo("{\"data\":{\"a\":\"b\",\"n\":null},\"options\":{}}");
    }

    @Test
    void patchReadsAndWritesWhereThePolicyDoesNotAllowIt() {
      server.on("PATCH /v1/secret/data/foo", 403, "{\"errors\":[\"permission denied\"]}");
      server.on("PUT /v1/secret/data/foo", 200, "{\"data\":{" + METADATA + "}}");
      Terminal.Ended ended = terminal.run("kv", "patch", "-remove-data=n", "secret/foo", "a=b");
      assertThat(ended.code()).isZero();
      assertThat(ended.err()).contains("\"patch\" capability");
      assertThat(server.last().body())
          .isEqualTo("{\"data\":{\"password\":\"s3cret\",\"a\":\"b\"},\"options\":{\"cas\":3}}");
      assertThat(terminal.run("kv", "patch", "-method=patch", "secret/foo", "a=b").code())
          .isEqualTo(2);
      assertThat(terminal.run("kv", "patch", "-method=rw", "secret/foo", "a=b").code()).isZero();
      assertThat(terminal.run("kv", "patch", "-method=x", "secret/foo", "a=b").code()).isEqualTo(1);
    }

    @Test
    void rollbackWritesTheOldDataAsTheVersionAfterTheLatest() {
      server.on(
          "GET /v1/secret/data/foo?version=1",
          200,
          "{\"data\":{\"data\":{\"old\":true},\"metadata\":{\"version\":1,\"deletion_time\":\"\","
              + "\"destroyed\":false}}}");
      server.on("PUT /v1/secret/data/foo", 200, "{\"data\":{" + METADATA + "}}");
      assertThat(terminal.run("kv", "rollback", "-version=1", "secret/foo").code()).isZero();
      assertThat(server.last().body())
          .isEqualTo("{\"data\":{\"old\":true},\"options\":{\"cas\":3}}");
      assertThat(terminal.run("kv", "rollback", "secret/foo").err())
          .isEqualTo("Version flag must be specified\n");
    }

    @Test
    void versionsAreDeletedUndeletedAndDestroyed() {
      server.on("DELETE /v1/secret/data/foo", 204, "");
      for (String verb : new String[] {"delete", "undelete", "destroy"}) {
        server.on("PUT /v1/secret/" + verb + "/foo", 204, "");
      }
      assertThat(terminal.run("kv", "delete", "secret/foo").out())
          .isEqualTo("Success! Data deleted (if it existed) at: secret/data/foo\n");
      assertThat(terminal.run("kv", "delete", "-versions=1,2", "-versions=3", "secret/foo").out())
          .isEqualTo("Success! Data deleted (if it existed) at: secret/delete/foo\n");
      assertThat(server.last().body()).isEqualTo("{\"versions\":[\"1\",\"2\",\"3\"]}");
      assertThat(terminal.run("kv", "undelete", "-versions=1", "secret/foo").out())
          .isEqualTo("Success! Data written to: secret/undelete/foo\n");
      assertThat(terminal.run("kv", "destroy", "-versions=1", "-mount=secret", "foo").out())
          .isEqualTo("Success! Data written to: secret/destroy/foo\n");
      assertThat(terminal.run("kv", "destroy", "secret/foo").code()).isEqualTo(1);
    }

    @Test
    void listAsksForMetadata() {
      server.on("GET /v1/secret/metadata?list=true", 200, "{\"data\":{\"keys\":[\"foo\"]}}");
      server.on("GET /v1/secret/metadata/a/b?list=true", 200, "{\"data\":{\"keys\":[\"c\"]}}");
      for (String[] words :
          new String[][] {
            {"kv", "list", "secret/"}, {"kv", "list", "secret"}, {"kv", "list", "-mount=secret"}
          }) {
        assertThat(terminal.run(words).out()).isEqualTo("Keys\n----\nfoo\n");
      }
      assertThat(terminal.run("kv", "list", "-mount=secret", "a/b").out()).contains("\nc\n");
      assertThat(terminal.run("kv", "list").code()).isEqualTo(1);
    }

    @Test
    void metadataShowsSettingsAndVersions() {
      server.on(
          "GET /v1/secret/metadata/foo",
          200,
          "{\"data\":{\"max_versions\":0,\"delete_version_after\":\"0s\",\"versions\":"
              + "{\"10\":{\"destroyed\":false},\"9\":{\"destroyed\":true}}}}");
      assertThat(terminal.run("kv", "metadata", "get", "secret/foo").out())
          .isEqualTo(
              """
              == Metadata Path ==
              secret/metadata/foo

              ========== Metadata ==========
              Key                     Value
              ---                     -----
              delete_version_after    0s
              max_versions            0

              ==== Version 9 ====
              Key          Value
              ---          -----
              destroyed    true

              === Version 10 ===
              Key          Value
              ---          -----
              destroyed    false
              """);
    }

    @Test
    void metadataIsPutPatchedAndDeleted() {
      server.on("PUT /v1/secret/metadata/foo", 204, "");
      server.on("PATCH /v1/secret/metadata/foo", 204, "");
      server.on("DELETE /v1/secret/metadata/foo", 204, "");
      assertThat(
              terminal
                  .run(
                      "kv",
                      "metadata",
                      "put",
                      "-max-versions=5",
                      "-cas-required",
                      "-delete-version-after=3h25m19s",
                      "-custom-metadata=a=b",
                      "secret/foo")
                  .out())
          .isEqualTo("Success! Data written to: secret/metadata/foo\n");
      assertThat(server.last().body())
          .isEqualTo(
              "{\"max_versions\":5,\"cas_required\":true,\"delete_version_after\":\"3h25m19s\","
                  + "\"custom_metadata\":{\"a\":\"b\"}}");
      terminal.run("kv", "metadata", "patch", "-remove-custom-metadata=a", "secret/foo");
      assertThat(server.last().line())
          .isEqualTo("PATCH /v1/secret/metadata/foo {\"custom_metadata\":{\"a\":null}}");
      assertThat(terminal.run("kv", "metadata", "delete", "secret/foo").out())
          .isEqualTo("Success! Data deleted (if it existed) at: secret/metadata/foo\n");
    }
  }

  @Nested
  final class OfVersion1 {
    @Test
    void pathsStayAsTheyAre() {
      server.on("GET /v1/kv/foo", 200, "{\"data\":{\"a\":\"b\"},\"lease_duration\":2764800}");
      server.on("PUT /v1/kv/foo", 204, "");
      assertThat(terminal.run("kv", "get", "kv/foo").out())
          .isEqualTo("== Data ==\nKey    Value\n---    -----\na      b\n");
      assertThat(terminal.run("kv", "get", "-mount=kv", "-field=a", "foo").out()).isEqualTo("b");
      assertThat(terminal.run("kv", "put", "kv/foo", "a=c").out())
          .isEqualTo("Success! Data written to: kv/foo\n");
      assertThat(server.last().body()).isEqualTo("{\"a\":\"c\"}");
    }

    @Test
    void whatNeedsVersionsIsRefused() {
      assertThat(terminal.run("kv", "patch", "kv/foo", "a=b"))
          .isEqualTo(
              new Terminal.Ended(2, "", "K/V engine mount must be version 2 for patch support\n"));
      assertThat(terminal.run("kv", "metadata", "get", "kv/foo"))
          .isEqualTo(new Terminal.Ended(1, "", "Metadata not supported on KV Version 1\n"));
    }

    @Test
    void aServerThatDoesNotTellIsTakenForVersion1() {
      server.on("GET /v1/old/foo", 200, "{\"data\":{\"a\":\"b\"}}");
      assertThat(terminal.run("kv", "get", "-field=a", "old/foo").out()).isEqualTo("b");
      assertThat(terminal.run("kv", "get", "-field=a", "-mount=old", "foo").out()).isEqualTo("b");
    }

    @Test
    void versioningIsTurnedOn() {
      server.on("POST /v1/sys/mounts/kv/tune", 200, "{}");
      assertThat(terminal.run("kv", "enable-versioning", "kv").out())
          .isEqualTo("Success! Tuned the secrets engine at: kv/\n");
      assertThat(server.last().body()).isEqualTo("{\"options\":{\"version\":\"2\"}}");
    }
  }

  @Test
  void mountsBelowNamespacesAreFound() {
    KvPath key = new KvPath("ns1/secret/", true, "secret/foo");
    assertThat(key.api("data")).isEqualTo("secret/data/foo");
    assertThat(new KvPath("a/b/", true, "a/b").api("metadata")).isEqualTo("a/b/metadata");
  }

  @Test
  void aDeniedPreflightIsNotTakenForVersion1() {
    server.on(
        "GET /v1/sys/internal/ui/mounts/none/foo",
        403,
        "{\"errors\":[\"preflight capability check returned 403\"]}");
    Terminal.Ended ended = terminal.run("kv", "put", "none/foo", "a=b");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("preflight capability check returned 403");
    assertThat(server.seen()).hasSize(1);
  }
}
