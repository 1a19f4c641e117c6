package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/** Audit devices on the real server, by the API and the command line. */
class AuditTest {
  private static final Duration BOUND = Duration.ofSeconds(30);

  @TempDir Path folder;
  private Path logs;
  private Server server;
  private Api root;
  private String token;
  private String unsealKey;

  @BeforeEach
  void start() throws Exception {
    logs = Files.createDirectory(folder.resolve("logs"));
    server = Server.with(folder, configuration(""), Map.of()).start().awaitHealth(501);
    Api.Answer init =
        server.api().put("sys/init", "{'secret_shares':1,'secret_threshold':1}").expect(200);
    unsealKey = init.strings("keys_base64").getFirst();
    token = init.string("root_token");
    unseal();
    root = server.api().as(token);
    root.put("sys/mounts/kv", "{'type':'kv'}").expect(204);
  }

  private void unseal() {
    server.api().put("sys/unseal", "{'key':'" + unsealKey + "'}").expect(200);
    server.awaitHealth(200);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String configuration(String more) {
    return """
        storage "raft" { path = "DATA" }
        listener "tcp" {
          address     = "ADDRESS"
          tls_disable = true
        }
        audit_folders = ["%s"]
        %s
        """
        .formatted(logs, more);
  }

  private Command cli(String... arguments) {
    return Command.run(
        Map.of("VAULT_ADDR", server.address().toString(), "VAULT_TOKEN", token), arguments);
  }

  private List<JsonObject> records(String file) throws Exception {
    return Files.readAllLines(logs.resolve(file)).stream().map(AuditTest::json).toList();
  }

  private static JsonObject json(String line) {
    try {
      return Json.parseObject(line.getBytes(StandardCharsets.UTF_8));
    } catch (Json.MalformedJson e) {
      throw new AssertionError(line, e);
    }
  }

  private static String at(JsonObject record, String path) {
    JsonValue value = record;
    for (String name : path.split("\\.")) {
      value = ((JsonObject) value).member(name).orElse(new JsonString(""));
    }
    return value instanceof JsonString(String text) ? text : value.toString();
  }

  /** The records of requests for {@code path}, as {@code type operation error}. */
  private List<String> told(String file, String path) throws Exception {
    return records(file).stream()
        .filter(record -> at(record, "request.path").equals(path))
        .map(r -> (at(r, "type") + " " + at(r, "request.operation") + " " + at(r, "error")).strip())
        .collect(Collectors.toList());
  }

  @Test
  void requestsAndAnswersAreRecordedWithoutASecretInThem() throws Exception {
    Path file = logs.resolve("a.log");
    cli(Command.STRONGROOM, "audit", "enable", "file", "file_path=" + file).expectSuccess();
    assertThat(cli(Command.STRONGROOM, "audit", "list", "-detailed").expectSuccess().all())
        .contains("file/")
        .contains("map[file_path:" + file + "]");
    root.put("kv/a", "{'value':'hush-hush'}").expect(204);
    root.get("kv/a").expect(200);
    root.get("kv/none").expect(404);
    server.api().as("hvs.stranger").get("kv/a").expect(403);
    server.api().get("sys/health").expect(200);
    String issued =
        root.put("auth/token/create", "{'policies':['default']}")
            .expect(200)
            .string("auth.client_token");
    server.api().as(issued).get("kv/a").expect(403);
    String hash =
        root.put("sys/audit-hash/file", "{'input':'hush-hush'}").expect(200).string("data.hash");

    assertThat(told("a.log", "kv/a"))
        .containsExactly(
            "request update",
            "response update",
            "request read",
            "response read",
            "request read permission denied",
            "response read permission denied",
            "request read permission denied",
            "response read permission denied");
    assertThat(told("a.log", "kv/none")).containsExactly("request read", "response read");
    assertThat(told("a.log", "sys/health")).isEmpty();
    String text = Files.readString(file);
    assertThat(text)
        .doesNotContain("hush-hush")
        .doesNotContain(token)
        .doesNotContain(issued)
        .doesNotContain("hvs.");
    assertThat(text)
        .contains("\"response\":{\"mount_point\":\"kv/\"")
        .contains("\"value\":\"" + hash);

    root.put("sys/audit/outside", "{'type':'file','options':{'file_path':'" + folder + "/x.log'}}")
        .expect(400);
    root.put(
            "sys/audit/run",
            "{'type':'file','options':{'file_path':'" + logs + "/r','mode':'0755'}}")
        .expect(400);
    cli(Command.STRONGROOM, "audit", "disable", "file").expectSuccess();
    assertThat(root.get("sys/audit").expect(200).json().member("data")).contains(JsonObject.EMPTY);
    long size = Files.size(file);
    root.get("kv/a").expect(200);
    assertThat(file).hasSize(size);
  }

  @Test
  void aFileThatIsGoneRefusesRequestsUntilItIsBackAndOneThatWasMovedIsMadeAnew() throws Exception {
    root.put("kv/a", "{'value':'v'}").expect(204);
    root.put("sys/audit/file", options("'file_path':'" + logs + "/a.log'")).expect(204);
    Files.move(logs.resolve("a.log"), logs.resolve("a.log.1"));
    server.signal("HUP");
    server.await("a.log is made anew", BOUND, () -> Files.exists(logs.resolve("a.log")));
    Path away = folder.resolve("away");
    Files.move(logs, away);
    assertThat(root.get("kv/a").expect(500).text()).doesNotContain("\"v\"");
    root.put("kv/b", "{'value':'v'}").expect(500);
    assertThat(server.api().get("sys/health").expect(200).strings("warnings")).hasSize(1);
    Files.move(away, logs);
    root.get("kv/a").expect(200);
    root.get("kv/b").expect(404);
    assertThat(server.api().get("sys/health").expect(200).json().member("warnings")).isEmpty();
    assertThat(told("a.log", "kv/a")).containsExactly("request read", "response read");
  }

  @Test
  void aSocketThatIsNotReadIsGivenUpAfterItsTimeAndStallsNothingElse() throws Exception {
    root.put("kv/a", "{'value':'" + "v".repeat(100_000) + "'}").expect(204);
    try (ServerSocket listener = new ServerSocket()) {
      listener.setReceiveBufferSize(4096);
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String address = "127.0.0.1:" + listener.getLocalPort();
      root.put(
              "sys/audit/socket",
              "{'type':'socket','options':{'address':'"
                  + address
                  + "','log_raw':'true','write_timeout':'300ms','skip_test':'true'}}")
          .expect(204);
      server.await("the socket is full", BOUND, () -> root.get("kv/a").status() == 500);
      server.api().get("sys/health").expect(200);
      Thread.ofPlatform().daemon().start(() -> readAll(listener));
      server.await("it is read again", BOUND, () -> root.get("kv/a").status() == 200);
      root.put("sys/audit/file", options("'file_path':'" + logs + "/a.log'")).expect(204);
    }
    // The file has it, so that the socket need not.
    root.get("kv/a").expect(200);
  }

  private static void readAll(ServerSocket listener) {
    while (true) {
      try {
        Socket socket = listener.accept();
        Thread.ofPlatform().daemon().start(() -> drain(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void drain(Socket socket) {
    try (socket;
        InputStream in = socket.getInputStream()) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The server has closed it.
    }
  }

  private static String options(String options) {
    return "{'type':'file','options':{" + options + "}}";
  }

  @Test
  void devicesOfTheConfigurationComeAndGoWithItAndTheirChainIsVerified() throws Exception {
    server.configure(
        configuration(
            """
            unsafe_allow_api_audit_creation = false
            audit "file" "kept" {
              description = "for the auditors"
              options {
                file_path            = "%s/kept.log"
                tamper_evident       = "true"
                hmac_accessor        = "false"
                elide_list_responses = "true"
                exclude              = "[{\\"fields\\":[\\"/request/remote_port\\"]}]"
              }
            }
            """
                .formatted(logs)));
    server.signal("HUP");
    server.await("kept.log is there", BOUND, () -> Files.exists(logs.resolve("kept.log")));
    root.put("sys/config/auditing/request-headers/X-Request-Source", "{'hmac':false}").expect(204);
    root.put("kv/a", "{'value':'v'}").expect(204);
    root.call("GET", "kv/a", "", "X-Request-Source", "ci").expect(200);
    root.list("kv/").expect(200);
    root.put("sys/audit/more", options("'file_path':'" + logs + "/b.log'")).expect(400);
    root.delete("sys/audit/kept").expect(400);
    String text = Files.readString(logs.resolve("kept.log"));
    assertThat(text)
        .contains("\"headers\":{\"x-request-source\":[\"ci\"]}")
        .contains("\"data\":{\"keys\":1}")
        .doesNotContain("remote_port")
        .doesNotContainPattern("\"accessor\":\"hmac");

    assertThat(server.terminate()).isZero();
    server.start();
    unseal();
    String[] verify = {
      Command.STRONGROOM, "operator", "audit", "verify", "kept/", logs + "/kept.log"
    };
    assertThat(cli(verify).expectSuccess().all()).contains("Intact: lines 1 to ");
    String all = Files.readString(logs.resolve("kept.log"));
    Files.writeString(logs.resolve("kept.log"), all.replaceFirst("\"kv/a\"", "\"kv/b\""));
    assertThat(cli(verify).expectExit(2).all()).contains("was changed").contains("Not intact");

    server.configure(configuration(""));
    server.signal("HUP");
    server.await(
        "the device is gone",
        BOUND,
        () -> root.get("sys/audit").json().member("data").equals(Optional.of(JsonObject.EMPTY)));
  }
}
