package strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogicalCommandsTest {
  private static final String SECRET =
      """
      {"request_id":"r1","lease_id":"","renewable":false,"lease_duration":2764800,
       "data":{"b":"two words","a":1,"ttl":3600,"map":{"y":[1],"x":null}},
       "wrap_info":null,"warnings":null,"auth":null,"mount_type":"kv"}""";

  @TempDir Path home;
  private ScriptedServer server;
  private Terminal terminal;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
    terminal = Terminal.with(server, home);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void readPrintsATableOfKeysAndValues() {
    server.on("GET /v1/secret/x", 200, SECRET);
    assertThat(terminal.run("read", "/secret/x/"))
        .isEqualTo(
            new Terminal.Ended(
                0,
                """
                Key                 Value
                ---                 -----
                refresh_interval    768h
                a                   1
                b                   two words
                map                 map[x:<nil> y:[1]]
                ttl                 1h
                """,
                ""));
    assertThat(server.last().header("X-Vault-Token")).contains("hvs.mine");
    assertThat(server.last().header("X-Vault-Request")).contains("true");
  }

  @Test
  void readPrintsJsonInTheOrderOfTheEnvelope() {
    server.on("GET /v1/secret/x", 200, SECRET);
    assertThat(terminal.run("read", "-format=json", "secret/x").out())
        .isEqualTo(
            """
            {
              "request_id": "r1",
              "lease_id": "",
              "lease_duration": 2764800,
              "renewable": false,
              "data": {
                "a": 1,
                "b": "two words",
                "map": {
                  "x": null,
                  "y": [
                    1
                  ]
                },
                "ttl": 3600
              },
              "warnings": null,
              "mount_type": "kv"
            }
            """);
  }

  @Test
  void readPrintsYamlAndRawToo() {
    server.on("GET /v1/secret/x", 200, SECRET);
    terminal.set("VAULT_FORMAT", "yaml");
    assertThat(terminal.run("read", "secret/x").out())
        .startsWith("data:\n  a: 1\n  b: two words\n  map:\n    x: null\n    \"y\":\n    - 1\n");
    assertThat(terminal.run("read", "-format=raw", "secret/x").out()).isEqualTo(SECRET + "\n");
  }

  @Test
  void aFieldIsPrintedAsItIsWithALineBreakOnlyForPeople() {
    server.on("GET /v1/secret/x", 200, SECRET);
    assertThat(terminal.run("read", "-field=b", "secret/x").out()).isEqualTo("two words");
    assertThat(terminal.run("read", "-field=ttl", "secret/x").out()).isEqualTo("3600");
    assertThat(terminal.run("read", "-field=map", "secret/x").out())
        .isEqualTo("map[x:<nil> y:[1]]");
    assertThat(terminal.run("read", "-field=map", "-format=json", "secret/x").out())
        .isEqualTo("{\n  \"x\": null,\n  \"y\": [\n    1\n  ]\n}");
    assertThat(terminal.types().run("read", "-field=b", "secret/x").out()).isEqualTo("two words\n");
  }

  @Test
  void aFieldThatIsMissingIsAMistakeOnThisSide() {
    server.on("GET /v1/secret/x", 200, SECRET);
    assertThat(terminal.run("read", "-field=none", "secret/x"))
        .isEqualTo(new Terminal.Ended(1, "", "Field \"none\" not present in secret\n"));
  }

  @Test
  void nothingThereEndsWithTwo() {
    assertThat(terminal.run("read", "secret/none"))
        .isEqualTo(new Terminal.Ended(2, "", "No value found at secret/none\n"));
  }

  @Test
  void arefusalShowsTheUrlTheCodeAndTheErrors() {
    server.on("GET /v1/secret/x", 403, "{\"errors\":[\"permission denied\",\"and more\"]}");
    assertThat(terminal.run("read", "secret/x"))
        .isEqualTo(
            new Terminal.Ended(
                2,
                "",
                """
                Error reading secret/x: Error making API request.

                URL: GET %s/v1/secret/x
                Code: 403. Errors:

                * permission denied
                * and more
                """
                    .formatted(server.address())));
  }

  @Test
  void pairsOfReadAreParameters() {
    server.on("GET /v1/pki/x?a=b%20c", 200, SECRET);
    assertThat(terminal.run("read", "-field=a", "pki/x", "a=b c").out()).isEqualTo("1");
  }

  @Test
  void warningsGoToStandardError() {
    server.on("GET /v1/x", 200, "{\"data\":{\"a\":1},\"warnings\":[\"be careful\"]}");
    Terminal.Ended ended = terminal.run("read", "x");
    assertThat(ended.err()).contains("WARNING! The following warnings were returned from Vault:");
    assertThat(ended.err()).contains("* be careful");
    assertThat(ended.out()).doesNotContain("careful");
  }

  @Test
  void writeSendsStringsAndSaysThatItIsDone() {
    server.on("PUT /v1/secret/x", 204, "");
    assertThat(terminal.run("write", "secret/x", "a=1", "b=true", "c=x=y", "d="))
        .isEqualTo(new Terminal.Ended(0, "Success! Data written to: secret/x\n", ""));
    assertThat(server.last().body())
        .isEqualTo("{\"a\":\"1\",\"b\":\"true\",\"c\":\"x=y\",\"d\":\"\"}");
    assertThat(terminal.run("write", "-format=json", "secret/x", "a=1").out()).isEmpty();
  }

  @Test
  void dataComesFromFilesAndStandardInput() throws IOException {
    server.on("PUT /v1/secret/x", 204, "");
    Path value = Files.writeString(home.resolve("value"), "in a file\n");
    Path json = Files.writeString(home.resolve("data.json"), "{\"n\":1,\"o\":{\"p\":true}}");
    terminal.input("from stdin\n").run("write", "secret/x", "a=@" + value, "b=-", "c=\\@x");
    assertThat(server.last().body())
        .isEqualTo("{\"a\":\"in a file\\n\",\"b\":\"from stdin\\n\",\"c\":\"@x\"}");
    terminal.run("write", "secret/x", "@" + json, "q=r");
    assertThat(server.last().body()).isEqualTo("{\"n\":1,\"o\":{\"p\":true},\"q\":\"r\"}");
    terminal.input("{\"s\":[1]}").run("write", "secret/x", "-");
    assertThat(server.last().body()).isEqualTo("{\"s\":[1]}");
    terminal.run("write", "secret/x", "a=1", "a=2", "a=3");
    assertThat(server.last().body()).isEqualTo("{\"a\":[\"1\",\"2\",\"3\"]}");
  }

  @Test
  void badDataIsRefusedBeforeItIsSentAndNeverRepeated() throws IOException {
    Path json = Files.writeString(home.resolve("data.json"), "{\"password\":hunter2}");
    for (String[] words :
        new String[][] {
          {"write", "secret/x", "hunter2"},
          {"write", "secret/x", "a=-", "b=-"},
          {"write", "secret/x", "@" + json},
          {"write", "secret/x", "a=@" + home.resolve("none")},
          {"write", "secret/x"},
        }) {
      Terminal.Ended ended = terminal.input("hunter2").run(words);
      assertThat(ended.code()).isEqualTo(1);
      assertThat(ended.out() + ended.err()).doesNotContain("hunter2");
    }
    assertThat(server.seen()).isEmpty();
  }

  @Test
  void writeWithForceNeedsNoData() {
    server.on("PUT /v1/transit/keys/k", 204, "");
    assertThat(terminal.run("write", "-f", "transit/keys/k").code()).isZero();
    assertThat(terminal.run("write", "transit/keys/k", "-force").code()).isZero();
    assertThat(server.last().body()).isEqualTo("{}");
    assertThat(terminal.run("write", "transit/keys/k").err())
        .isEqualTo("Must supply data or use -force\n");
  }

  @Test
  void writePrintsWhatComesBack() {
    server.on("PUT /v1/x", 200, "{\"data\":{\"answer\":\"yes\"}}");
    assertThat(terminal.run("write", "-field=answer", "x", "a=b").out()).isEqualTo("yes");
  }

  @Test
  void patchSendsAMergePatch() {
    server.on("PATCH /v1/x", 204, "");
    assertThat(terminal.run("patch", "x", "a=b").code()).isZero();
    assertThat(server.last().header("Content-Type")).contains("application/merge-patch+json");
  }

  @Test
  void deleteSaysThatItIsGone() {
    server.on("DELETE /v1/x", 204, "");
    assertThat(terminal.run("delete", "x").out())
        .isEqualTo("Success! Data deleted (if it existed) at: x\n");
  }

  @Test
  void listPrintsNamesInOrderAndAsAnArray() {
    server.on("GET /v1/secret/metadata?list=true", 200, "{\"data\":{\"keys\":[\"b\",\"a/\"]}}");
    assertThat(terminal.run("list", "secret/metadata/").out()).isEqualTo("Keys\n----\na/\nb\n");
    assertThat(terminal.run("list", "-format=json", "secret/metadata").out())
        .isEqualTo("[\n  \"b\",\n  \"a/\"\n]\n");
    assertThat(terminal.run("list", "secret/none").err())
        .isEqualTo("No value found at secret/none\n");
    assertThat(terminal.run("list", "-format=json", "secret/none"))
        .isEqualTo(new Terminal.Ended(2, "{}\n", ""));
  }

  @Test
  void listWithDetailsShowsWhatIsKnownOfEach() {
    server.on(
        "GET /v1/pki/issuers?list=true",
        200,
        "{\"data\":{\"keys\":[\"a\",\"b\"],\"key_info\":{\"a\":{\"name\":\"one\",\"ttl\":60}}}}");
    assertThat(terminal.run("list", "-detailed", "pki/issuers").out())
        .isEqualTo(
            """
            Keys    name    ttl
            ----    ----    ---
            a       one     1m
            b       n/a     n/a
            """);
  }

  @Test
  void listsOfMoreKeysThanARequestMayHaveArePrinted() {
    StringBuilder keys = new StringBuilder("\"k\"");
    for (int i = 0; i < 150_000; i++) {
      keys.append(",\"key").append(i).append('"');
    }
    server.on("GET /v1/big?list=true", 200, "{\"data\":{\"keys\":[" + keys + "]}}");
    assertThat(terminal.run("list", "big").out().lines()).hasSize(150_003);
  }

  @Test
  void unwrapUsesTheTokenGiven() {
    server.on("PUT /v1/sys/wrapping/unwrap", 200, "{\"data\":{\"a\":\"b\"}}");
    assertThat(terminal.run("unwrap", "-field=a", "hvs.wrapping").out()).isEqualTo("b");
    assertThat(server.last().header("X-Vault-Token")).contains("hvs.wrapping");
  }

  @Test
  void aWrappedAnswerShowsTheWrappingToken() {
    server.on(
        "GET /v1/secret/x",
        200,
        """
        {"data":null,"wrap_info":{"token":"hvs.w","accessor":"acc","ttl":120,
         "creation_time":"2026-01-02T03:04:05.6Z","creation_path":"secret/x"}}""");
    assertThat(terminal.run("read", "-wrap-ttl=2m", "secret/x").out())
        .isEqualTo(
            """
            Key                              Value
            ---                              -----
            wrapping_token:                  hvs.w
            wrapping_accessor:               acc
            wrapping_token_ttl:              2m
            wrapping_token_creation_time:    2026-01-02 03:04:05.6 +0000 UTC
            wrapping_token_creation_path:    secret/x
            """);
    assertThat(server.last().header("X-Vault-Wrap-TTL")).contains("2m0s");
    assertThat(terminal.run("read", "-wrap-ttl=2m", "-field=wrapping_token", "secret/x").out())
        .isEqualTo("hvs.w");
  }

  @Test
  void aRequestCanBeShownInsteadOfSentAndShowsNoToken() {
    Terminal.Ended curl = terminal.run("write", "-output-curl-string", "secret/it's", "a=b c");
    assertThat(curl.code()).isZero();
    assertThat(curl.out())
        .isEqualTo(
            "curl -X PUT -H 'X-Vault-Request: true' -H \"X-Vault-Token: $(vault print token)\" -d"
                + " '{\"a\":\"b c\"}' '"
                + server.address()
                + "/v1/secret/it'\\''s'\n");
    assertThat(terminal.run("list", "-output-policy", "secret").out())
        .isEqualTo("path \"secret\" {\n  capabilities = [\"list\"]\n}\n");
    assertThat(server.seen()).isEmpty();
  }
}
