package strongroom.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.secret.SecretBytes;

class ConfigurationTest {
  /** The file of the people this is for, word for word. */
  private static final String SEED =
      """
      storage "raft" {
        path    = "/opt/vault/data"
        node_id = "node1"
      }
      listener "tcp" {
        address     = "0.0.0.0:8200"
        tls_disable = "true"
      }
      seal "pkcs11" {
        lib            = "/usr/lib/softhsm/libsofthsm2.so"
        slot           = "0"
        pin            = "SECRET_HSM_PIN"          # or VAULT_HSM_PIN in the environment, which wins
        key_label      = "vault-hsm-master-key"
        # hmac_key_label = "vault-hsm-hmac-key"
        # generate_key   = "true"
      }
      # api_addr = "http://HOST:8200"
      # cluster_addr = "http://HOST:8201"
      """;

  private static final String SMALL =
      """
      storage "inmem" {}
      listener "tcp" { tls_disable = true }
      """;

  private static final HostAddresses HOST =
      new HostAddresses() {
        @Override
        public Optional<InetAddress> privateAddress() {
          return Optional.of(InetAddress.ofLiteral("10.1.2.3"));
        }

        @Override
        public Optional<InetAddress> publicAddress() {
          return Optional.empty();
        }

        @Override
        public Optional<InetAddress> ofInterface(String name) {
          return name.equals("eth9")
              ? Optional.of(InetAddress.ofLiteral("fd00::9"))
              : Optional.empty();
        }
      };

  @TempDir Path folder;

  private static Configuration parse(String text) {
    return parse(text, Map.of());
  }

  private static Configuration parse(String text, Map<String, String> environment) {
    return Configuration.parse("c.hcl", text, environment, Map.of(), HOST);
  }

  private static ServerSettings settings(String text) {
    return parse(text).settings();
  }

  private static List<String> problems(String text) {
    try (Configuration read = parse(text)) {
      throw new AssertionError("no problem was found, but " + read.notices());
    } catch (ConfigurationFault e) {
      assertThat(e).hasMessage(String.join("\n", e.problems()));
      return e.problems();
    }
  }

  private static String text(SealParameter parameter) {
    try (SecretBytes secret = parameter.takeSecret()) {
      return secret.withHeapCopy(bytes -> new String(bytes, UTF_8));
    }
  }

  @Test
  void readsTheSeedsFileAsItIs() {
    Configuration read = parse(SEED);
    ServerSettings settings = read.settings();
    assertThat(read.notices()).isEmpty();
    assertThat(settings.storage())
        .isInstanceOfSatisfying(
            StorageSettings.Raft.class,
            raft -> {
              assertThat(raft.folder()).isEqualTo(Path.of("/opt/vault/data"));
              assertThat(raft.nodeId()).contains("node1");
              assertThat(raft.performanceMultiplier()).isEqualTo(5);
              assertThat(raft.trailingLogs()).isEqualTo(10_000);
              assertThat(raft.snapshotThreshold()).isEqualTo(8192);
              assertThat(raft.snapshotInterval()).isEqualTo(Duration.ofMinutes(2));
              assertThat(raft.entryBytesMax()).isEqualTo(1_048_576);
            });
    assertThat(settings.listeners()).hasSize(1);
    assertThat(settings.listeners().getFirst())
        .isInstanceOfSatisfying(
            ListenerSettings.Tcp.class,
            tcp -> {
              assertThat(tcp.address()).isEqualTo(new HostPort("0.0.0.0", 8200));
              assertThat(tcp.clusterAddress()).isEqualTo(new HostPort("0.0.0.0", 8201));
              assertThat(tcp.tls()).isEmpty();
              assertThat(tcp.place()).isEqualTo("c.hcl:5:1");
              assertThat(tcp.http().requestBodyBytesMax()).isEqualTo(33_554_432);
              assertThat(tcp.http().requestDurationMax()).isEqualTo(Duration.ofSeconds(90));
            });
    SealSettings seal = settings.seals().getFirst();
    assertThat(seal.type()).isEqualTo("pkcs11");
    assertThat(seal.name()).isEqualTo("pkcs11");
    assertThat(seal.autoUnseal()).isTrue();
    assertThat(seal.disabled()).isFalse();
    assertThat(seal.text("lib")).contains("/usr/lib/softhsm/libsofthsm2.so");
    assertThat(seal.text("slot")).contains("0");
    assertThat(seal.text("key_label")).contains("vault-hsm-master-key");
    assertThat(seal.parameter("hmac_key_label")).isEmpty();
    assertThat(seal.bool("generate_key", false)).isFalse();
    assertThat(text(seal.parameter("pin").orElseThrow())).isEqualTo("SECRET_HSM_PIN");
    assertThat(settings.cluster().apiAddress()).contains("http://10.1.2.3:8200");
    assertThat(settings.cluster().clusterAddress()).contains("https://10.1.2.3:8201");
    assertThat(settings.leases())
        .isEqualTo(new LeaseSettings(Duration.ofDays(32), Duration.ofDays(32)));
    assertThat(settings.log().level()).isEqualTo(LogSettings.Level.INFO);
  }

  @Test
  void readsTheSeedsFileInJson() {
    ServerSettings settings =
        settings(
            """
            {
              "storage": {"raft": {"path": "/opt/vault/data", "node_id": "node1"}},
              "listener": [{"tcp": {"address": "0.0.0.0:8200", "tls_disable": 1}}],
              "seal": {"pkcs11": {"lib": "/l.so", "slot": 0, "pin": 1234, "key_label": "k"}},
              "disable_mlock": true
            }
            """);
    assertThat(settings.seals().getFirst().text("slot")).contains("0");
    assertThat(text(settings.seals().getFirst().parameter("pin").orElseThrow())).isEqualTo("1234");
  }

  @Test
  void letsTheEnvironmentWinOverASealsFile() {
    Map<String, String> variables =
        Map.of(
            "VAULT_HSM_PIN", "from-vault",
            "VAULT_HSM_SLOT", "0x11",
            "BAO_HSM_SLOT", "7",
            "VAULT_HSM_KEY_LABEL", "",
            "BAO_HSM_GENERATE_KEY", "true");
    SealSettings seal = parse(SEED, variables).settings().seals().getFirst();
    assertThat(text(seal.parameter("pin").orElseThrow())).isEqualTo("from-vault");
    assertThat(seal.parameter("pin").orElseThrow().place())
        .isEqualTo("environment variable VAULT_HSM_PIN");
    assertThat(seal.text("slot")).contains("7");
    assertThat(seal.text("key_label")).contains("vault-hsm-master-key");
    assertThat(seal.bool("generate_key", false)).isTrue();
  }

  @Test
  void takesASealFromTheEnvironmentAlone() {
    Map<String, String> variables =
        Map.of(
            "VAULT_SEAL_TYPE", "pkcs11",
            "VAULT_HSM_LIB", "/l.so",
            "VAULT_HSM_TOKEN_LABEL", "t",
            "VAULT_HSM_PIN", "1234",
            "VAULT_HSM_KEY_LABEL", "k");
    assertThat(parse(SMALL, variables).settings().seals().getFirst().text("token_label"))
        .contains("t");
    assertThat(parse(SMALL).settings().seals()).isEmpty();
    Configuration both = parse(SEED, Map.of("VAULT_SEAL_TYPE", "shamir"));
    assertThat(both.settings().seals().getFirst().type()).isEqualTo("pkcs11");
    assertThat(both.notices()).hasSize(1);
  }

  @Test
  void readsASecretAnewEachTimeItIsAskedFor() throws Exception {
    Path pin = Files.writeString(folder.resolve("pin"), "1111\n");
    SealSettings seal =
        settings(SEED.replace("\"SECRET_HSM_PIN\"", "\"file://" + pin + "\"")).seals().getFirst();
    assertThat(text(seal.parameter("pin").orElseThrow())).isEqualTo("1111");
    Files.writeString(pin, "2222\r\n");
    assertThat(text(seal.parameter("pin").orElseThrow())).isEqualTo("2222");
    Files.delete(pin);
    assertThatThrownBy(() -> seal.parameter("pin").orElseThrow().takeSecret())
        .isInstanceOf(ConfigurationFault.class)
        .hasMessageContaining("c.hcl:12:")
        .hasMessageContaining("\"pin\"")
        .hasMessageContaining(pin.toString());
  }

  @Test
  void readsSealParametersFromVariablesByName() {
    String text = SEED.replace("\"SECRET_HSM_PIN\"", "\"env://MY_PIN\"");
    SealSettings seal = parse(text, Map.of("MY_PIN", "4711")).settings().seals().getFirst();
    assertThat(text(seal.parameter("pin").orElseThrow())).isEqualTo("4711");
    assertThat(problems(text))
        .singleElement()
        .asString()
        .startsWith("c.hcl:12:")
        .contains("\"pin\": the environment variable MY_PIN is not set");
  }

  @Test
  void takesTheOtherSpellingsOfASealsKeys() {
    SealSettings seal =
        settings(
                SMALL
                    + """
                    hsm "pkcs11" {
                      module = "/l.so"
                      token  = "t"
                      pin    = "1234"
                      label  = "k"
                    }
                    """)
            .seals()
            .getFirst();
    assertThat(seal.parameters().keySet())
        .containsExactly("lib", "token_label", "pin", "key_label");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "generate_kye = true | c.hcl:3:36: \"generate_kye\" is not a key of seal \"pkcs11\"; did you mean \"generate_key\"?",
        "generate_key = \"maybe\" | \"generate_key\" takes true or false",
        "max_parallel = \"many\" | \"max_parallel\" takes a whole number",
        "max_operation_duration = \"long\" | \"max_operation_duration\" takes seconds",
        "hmac_key_label = \"k\" | names the same key",
        "key_label = [] | \"key_label\" takes text, not a list",
        "priority = -1 | \"priority\" is -1; it must be from 0",
        "disabled = 7 | \"disabled\" takes true or false",
      })
  void refusesWhatASealDoesNotTake(String line, String part) {
    String seal = "seal \"pkcs11\" { lib = \"l\" slot = 0 " + line + " pin = \"hunter2\"";
    seal += line.startsWith("key_label") ? " }" : " key_label = \"k\" }";
    assertThat(problems(SMALL + seal))
        .anySatisfy(p -> assertThat(p).startsWith("c.hcl:3:").contains(part))
        .noneSatisfy(p -> assertThat(p).contains("hunter2"));
  }

  @Test
  void tellsAllThatASealLacks() {
    assertThat(problems(SMALL + "seal \"pkcs11\" {}"))
        .hasSize(4)
        .allSatisfy(p -> assertThat(p).startsWith("c.hcl:3:1: seal \"pkcs11\" has no "))
        .anySatisfy(p -> assertThat(p).contains("\"pin\"").contains("VAULT_HSM_PIN"))
        .anySatisfy(p -> assertThat(p).contains("\"slot\"").contains("token_label"));
  }

  @Test
  void ordersSeveralSealsAndNeedsNames() {
    String a = "seal \"pkcs11\" { lib = \"l\" slot = 1 pin = \"1\" key_label = \"k\" priority = 2 ";
    String b = "seal \"pkcs11\" { lib = \"l\" slot = 2 pin = \"1\" key_label = \"k\" priority = 1 ";
    List<SealSettings> seals =
        settings(SMALL + a + "name = \"a\" }\n" + b + "name = \"b\" }").seals();
    assertThat(seals.stream().map(SealSettings::name)).containsExactly("b", "a");
    assertThat(problems(SMALL + a + "}\n" + b + "}"))
        .singleElement()
        .asString()
        .contains("two seals have the name \"pkcs11\"");
  }

  @Test
  void neverShowsASecret() {
    String text = SEED.replace("SECRET_HSM_PIN", "hunter2");
    try (Configuration read = parse(text)) {
      assertThat(read.toString()).doesNotContain("hunter2");
      assertThat(read.settings().toString()).doesNotContain("hunter2");
      assertThat(read.settings().seals().getFirst().parameters().toString())
          .doesNotContain("hunter2");
    }
    assertThat(problems(text.replace("slot  ", "slt  ")))
        .noneSatisfy(p -> assertThat(p).contains("hunter2"));
    assertThat(problems(text.replace("\"hunter2\"", "hunter2")))
        .noneSatisfy(p -> assertThat(p).contains("hunter2"));
  }

  @Test
  void forgetsSecretsWhenClosed() {
    Configuration read = parse(SEED);
    SealParameter pin = read.settings().seals().getFirst().parameter("pin").orElseThrow();
    read.close();
    assertThatThrownBy(pin::takeSecret).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(pin::text).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void warnsOfUnknownKeysWithPlaceAndGuess() {
    Configuration read =
        parse(
            """
            storage "inmem" {}
            listener "tcp" {
              adress      = "127.0.0.1:8200"
              tls_disable = true
            }
            disable_mlok = true
            """);
    assertThat(read.notices().stream().map(Notice::toString))
        .containsExactlyInAnyOrder(
            "c.hcl:3:3: \"adress\" is not a key of listener \"tcp\"; did you mean \"address\"?; it"
                + " is ignored",
            "c.hcl:6:1: \"disable_mlok\" is not a key of the top level; did you mean"
                + " \"disable_mlock\"?; it is ignored");
    assertThat(read.notices())
        .allSatisfy(n -> assertThat(n.severity()).isEqualTo(Notice.Severity.WARNING));
  }

  @Test
  void saysQuietlyWhatHasNoEffectAndLoudlyWhatIsLacking() {
    Configuration read = parse(SMALL + "ui = true\nraw_storage_endpoint = true");
    assertThat(read.notices().get(0).severity()).isEqualTo(Notice.Severity.INFO);
    assertThat(read.notices().get(1))
        .satisfies(n -> assertThat(n.severity()).isEqualTo(Notice.Severity.WARNING))
        .satisfies(
            n -> assertThat(n.text()).contains("\"raw_storage_endpoint\" asks for what this"));
    assertThat(read.notices()).hasSize(2);
  }

  @Test
  void readsAuditDevicesAndWhatClientsMayChangeOfThem() {
    Configuration read =
        parse(
            SMALL
                + """
                audit "file" "a" { options { file_path = "stdout" } }
                audit_folders = ["/var/log", "/srv/audit/"]
                unsafe_allow_api_audit_creation = false
                allow_audit_log_prefixing = true
                """);
    assertThat(read.notices()).isEmpty();
    assertThat(read.settings().audit())
        .isEqualTo(
            new AuditSettings(
                List.of(new AuditDeviceSettings("file", "a", "", Map.of("file_path", "stdout"))),
                false,
                true,
                List.of(Path.of("/var/log"), Path.of("/srv/audit"))));
    assertThat(problems(SMALL + "audit_folders = [\"logs\"]"))
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains("\"logs\" is no absolute path"));
  }

  @Test
  void tellsEverythingThatIsWrongAtOnce() {
    assertThat(
            problems(
                """
                storage "file" { path = "/x" }
                listener "tcp" {
                  address = "nonsense:port"
                  max_request_size = "big"
                }
                listener "udp" {}
                log_level = "loud"
                default_lease_ttl = "soon"
                """))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).startsWith("c.hcl:1:9: there is no storage \"file\"; available"),
            p -> assertThat(p).startsWith("c.hcl:3:13: \"address\" takes host:port"),
            p -> assertThat(p).startsWith("c.hcl:4:22: \"max_request_size\" takes a number of"),
            p -> assertThat(p).startsWith("c.hcl:2:1: listener \"tcp\" has no \"tls_cert_file\""),
            p -> assertThat(p).startsWith("c.hcl:6:10: there is no listener \"udp\""),
            p -> assertThat(p).startsWith("c.hcl:7:13: \"log_level\" takes one of trace, debug"),
            p -> assertThat(p).startsWith("c.hcl:8:21: \"default_lease_ttl\" takes seconds"));
    assertThat(problems(""))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).startsWith("c.hcl: there is no listener"),
            p -> assertThat(p).startsWith("c.hcl: there is no storage"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "\"true\"", "\"1\"", "1", "\"T\""})
  void takesBooleansInEverySpelling(String value) {
    ServerSettings read =
        settings("storage \"inmem\" {}\nlistener \"tcp\" { tls_disable = " + value + " }");
    assertThat(((ListenerSettings.Tcp) read.listeners().getFirst()).tls()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"90,90", "\"90\",90", "\"90s\",90", "\"1h\",3600", "\"1h30m\",5400", "\"1d\",86400"})
  void takesDurationsInEverySpelling(String value, long seconds) {
    ServerSettings read =
        settings(SMALL.replace("tls_disable", "max_request_duration = " + value + " tls_disable"));
    assertThat(read.listeners().getFirst().http().requestDurationMax())
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({
    "33554432,33554432",
    "\"1024\",1024",
    "\"32MiB\",33554432",
    "\"2 kb\",2000",
    "0,33554432",
    "-1,9223372036854775807"
  })
  void takesSizesInEverySpelling(String value, long bytes) {
    ServerSettings read =
        settings(SMALL.replace("tls_disable", "max_request_size = " + value + " tls_disable"));
    assertThat(read.listeners().getFirst().http().requestBodyBytesMax()).isEqualTo(bytes);
  }

  @Test
  void letsVariablesAndFlagsWin() {
    String text =
        """
        storage "raft" { path = "/file" node_id = "file" }
        listener "tcp" { tls_disable = true }
        api_addr = "http://file:8200"
        log_level = "error"
        log_format = "standard"
        """;
    Map<String, String> variables =
        Map.of(
            "VAULT_RAFT_PATH", "/variable",
            "BAO_RAFT_NODE_ID", "bao",
            "VAULT_RAFT_NODE_ID", "vault",
            "VAULT_REDIRECT_ADDR", "https://old.example:1/",
            "VAULT_CLUSTER_ADDR", "https://[fd00::1]:8201",
            "VAULT_LOG_LEVEL", "warn",
            "VAULT_LOG_FORMAT", "json",
            "VAULT_UI", "true");
    ServerSettings read =
        Configuration.parse("c.hcl", text, variables, Map.of("log_level", "trace")).settings();
    assertThat(read.storage())
        .isInstanceOfSatisfying(
            StorageSettings.Raft.class,
            raft -> {
              assertThat(raft.folder()).isEqualTo(Path.of("/variable"));
              assertThat(raft.nodeId()).contains("bao");
            });
    assertThat(read.cluster().apiAddress()).contains("https://old.example:1");
    assertThat(read.cluster().clusterAddress()).contains("https://[fd00::1]:8201");
    assertThat(read.log().level()).isEqualTo(LogSettings.Level.TRACE);
    assertThat(read.log().format()).isEqualTo(LogSettings.Format.JSON);
    assertThat(read.process().ui()).isTrue();
    Map<String, String> wrong = Map.of("VAULT_LOG_LEVEL", "loud");
    assertThatThrownBy(() -> parse(text, wrong))
        .hasMessageStartingWith("environment variable VAULT_LOG_LEVEL: \"log_level\" takes one of");
  }

  @Test
  void fillsInAddressesOfThisHost() {
    ServerSettings read =
        settings(
            """
            storage "inmem" {}
            listener "tcp" {
              address     = "{{ GetPrivateIP }}:8300"
              tls_disable = true
            }
            api_addr     = "https://{{GetPrivateIP}}:8200"
            """);
    assertThat(((ListenerSettings.Tcp) read.listeners().getFirst()).address())
        .isEqualTo(new HostPort("10.1.2.3", 8300));
    assertThat(read.cluster().apiAddress()).contains("https://10.1.2.3:8200");
    assertThat(read.cluster().clusterAddress()).contains("https://10.1.2.3:8301");
    Map<String, String> variables =
        Map.of("VAULT_CLUSTER_INTERFACE", "eth9", "VAULT_API_INTERFACE", "eth9");
    assertThat(parse(SMALL, variables).settings().cluster())
        .satisfies(c -> assertThat(c.apiAddress()).contains("http://[fd00:0:0:0:0:0:0:9]:8200"))
        .satisfies(
            c -> assertThat(c.clusterAddress()).contains("https://[fd00:0:0:0:0:0:0:9]:8201"));
    assertThat(problems(SMALL + "api_addr = \"http://{{ GetAllInterfaces | x }}:1\""))
        .singleElement()
        .asString()
        .contains("GetPrivateIP");
    assertThat(problems(SMALL + "api_addr = \"http://{{ GetPublicIP }}:1\""))
        .singleElement()
        .asString()
        .contains("no address for the template");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "api_addr = \"host:8200\" | a whole URL",
        "api_addr = \"ftp://host\" | a whole URL",
        "default_lease_ttl = \"2h\"\\nmax_lease_ttl = \"1h\" | longer than",
        "ui = {} | \"ui\" takes true or false, not this object",
        "ui = \"maybe\" | \"ui\" takes true or false, not this string",
        "ui \"x\" {} | not a block with labels",
        "listener = \"tcp\" | is a block",
        "log_rotate_max_files = -2 | from -1",
        "seal \"pkcs12\" {} | did you mean \"pkcs11\"",
        "seal \"awsmks\" {} | did you mean \"awskms\"",
        "seal \"awskms\" { key_id = \"k\" } | key_id",
        "storage \"inmem\" {} | given twice",
      })
  void refusesWhatCannotBe(String lines, String part) {
    assertThat(problems(SMALL + lines.replace("\\n", "\n")))
        .singleElement()
        .asString()
        .contains(part);
  }

  @Test
  void knowsThatRaftCoordinatesByItself() {
    String raft = "storage \"raft\" { path = \"/x\" }\nlistener \"tcp\" { tls_disable = true }\n";
    assertThat(problems(raft + "ha_storage \"inmem\" {}\ndisable_clustering = true"))
        .anySatisfy(p -> assertThat(p).contains("remove \"ha_storage\""))
        .anySatisfy(p -> assertThat(p).contains("\"disable_clustering\" cannot be true"));
  }

  @Test
  void takesTheOldSpellingOfStorage() {
    assertThat(settings("backend \"inmem\" {}\nlistener \"tcp\" { tls_disable = 1 }").storage())
        .isEqualTo(new StorageSettings.InMemory());
  }

  @Test
  void mergesFilesAndFoldersInOrder() throws Exception {
    Path conf = Files.createDirectory(folder.resolve("conf.d"));
    Files.writeString(
        conf.resolve("20-listener.hcl"), "listener \"tcp\" { address = \":2\" tls_disable = 1 }");
    Files.writeString(
        conf.resolve("10-base.json"),
        "{\"log_level\": \"warn\", \"cluster_name\": \"a\", \"storage\": {\"inmem\": {}},"
            + " \"listener\": {\"tcp\": {\"address\": \":1\", \"tls_disable\": true}}}");
    Files.writeString(conf.resolve("notes.txt"), "not read");
    Files.writeString(conf.resolve(".#30-lock.hcl"), "not { read");
    Path last = Files.writeString(folder.resolve("last.hcl"), "log_level = \"debug\"");
    Configuration read = Configuration.load(List.of(conf, last), Map.of(), Map.of());
    assertThat(read.settings().log().level()).isEqualTo(LogSettings.Level.DEBUG);
    assertThat(read.settings().cluster().clusterName()).contains("a");
    assertThat(read.settings().listeners())
        .extracting(l -> ((ListenerSettings.Tcp) l).address().port())
        .containsExactly(1, 2);
    assertThat(read.notices())
        .singleElement()
        .satisfies(n -> assertThat(n.severity()).isEqualTo(Notice.Severity.INFO))
        .satisfies(n -> assertThat(n.place()).isEqualTo(last + ":1:1"));
  }

  @Test
  void namesFilesThatCannotBeRead() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path binary = Files.write(folder.resolve("b.hcl"), new byte[] {(byte) 0xff, (byte) 0xfe});
    Path broken = Files.writeString(folder.resolve("broken.hcl"), "a = \n");
    Path missing = folder.resolve("missing.hcl");
    List<Path> paths = List.of(empty, binary, broken, missing);
    assertThatThrownBy(() -> Configuration.load(paths, Map.of(), Map.of()))
        .isInstanceOfSatisfying(
            ConfigurationFault.class,
            fault ->
                assertThat(fault.problems())
                    .satisfiesExactly(
                        p -> assertThat(p).startsWith(empty + ": no file"),
                        p -> assertThat(p).startsWith(binary + ": this file is not text"),
                        p -> assertThat(p).startsWith(broken + ":2:1: found the end"),
                        p -> assertThat(p).startsWith(missing + ": there is no such file")));
    assertThatThrownBy(() -> Configuration.load(List.of(), Map.of(), Map.of()))
        .hasMessageContaining("-config");
  }

  @Test
  void warnsOfAKeyGivenTwice() {
    Configuration read = parse(SMALL + "log_level = \"warn\"\nlog_level = \"debug\"");
    assertThat(read.settings().log().level()).isEqualTo(LogSettings.Level.DEBUG);
    assertThat(read.notices())
        .singleElement()
        .hasToString("c.hcl:4:1: \"log_level\" is given before, at c.hcl:3:13; this one counts");
  }
}
