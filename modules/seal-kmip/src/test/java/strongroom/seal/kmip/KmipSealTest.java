package strongroom.seal.kmip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.EnvelopeSeal;
import strongroom.seal.envelope.SealStanza;
import strongroom.secret.SecretBytes;
import strongroom.testkit.SealContract;

/** The seal against PyKMIP's server. */
class KmipSealTest extends SealContract {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir static Path folder;
  private static PyKmip server;

  @BeforeAll
  static void start() throws Exception {
    server = PyKmip.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected Seal seal() {
    return seal(server, server.keys.getFirst(), Map.of());
  }

  @Override
  protected Seal otherSeal() {
    return seal(server, server.otherKey, "other", Map.of());
  }

  private final Map<String, Seal> seals = new HashMap<>();

  private Seal seal(PyKmip at, String key, Map<String, String> more) {
    return seal(at, key, "client", more);
  }

  private Seal seal(PyKmip at, String key, String client, Map<String, String> more) {
    return seals.computeIfAbsent(
        key + more,
        _ -> {
          Map<String, String> texts = new HashMap<>();
          texts.put("endpoint", "127.0.0.1:" + at.port);
          texts.put("kms_key_id", key);
          texts.put("client_cert", at.folder.resolve(client + ".pem").toString());
          texts.put("ca_cert", at.folder.resolve("ca.pem").toString());
          texts.putAll(more);
          return seal(texts, at.folder.resolve(client + ".key").toString(), Duration.ofSeconds(10));
        });
  }

  private static Seal seal(Map<String, String> texts, String clientKey, Duration callMax) {
    SealStanza stanza =
        new SealStanza(
            "kmip",
            "kmip",
            true,
            texts,
            name ->
                name.equals("client_key")
                    ? Optional.of(SecretBytes.takeFrom(clientKey.getBytes(UTF_8)))
                    : Optional.empty());
    return new EnvelopeSeal(stanza, KmipService.open(stanza), callMax, Clock.systemUTC(), RANDOM);
  }

  @Test
  void opensWithTheKeyThatWrappedAfterTheConfigurationNamesAnother() {
    try (SecretBytes secret = SecretBytes.random(32, RANDOM);
        SecretBytes back =
            seal(server, server.keys.get(1), Map.of())
                .unwrap(Seal.Purpose.ROOT_KEY, seal().wrap(Seal.Purpose.ROOT_KEY, secret))) {
      assertThat(back.contentEquals(secret)).isTrue();
    }
  }

  @Test
  void takesCertificatesAsTextToo() throws Exception {
    seal(
            Map.of(
                "endpoint",
                "127.0.0.1:" + server.port,
                "kms_key_id",
                server.keys.getFirst(),
                "client_cert",
                Files.readString(folder.resolve("client.pem")),
                "ca_cert",
                Files.readString(folder.resolve("ca.pem"))),
            Files.readString(folder.resolve("client.key")),
            Duration.ofSeconds(10))
        .prove(false);
  }

  @Test
  void speaksOnlyToTheServerThatIsCertifiedForTheName() {
    seal(server, server.keys.getFirst(), Map.of("server_name", "kmip.test")).prove(false);

    assertThatThrownBy(
            () ->
                seal(server, server.keys.getFirst(), Map.of("server_name", "other.test"))
                    .prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("server_name");
    assertThatThrownBy(
            () ->
                seal(
                        server,
                        server.keys.getFirst(),
                        Map.of("ca_cert", folder.resolve("other-ca.pem").toString()))
                    .prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("ca_cert");
  }

  @Test
  void allowsNoOtherCipherSuiteThanThoseThatAreNamed() {
    String key = server.keys.getFirst();
    seal(server, key, Map.of("tls12_ciphers", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"))
        .prove(false);

    for (String wrong : new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "no-such-suite"}) {
      assertThatThrownBy(() -> seal(server, key, Map.of("tls12_ciphers", wrong)).prove(false))
          .isInstanceOf(SealFault.Configuration.class)
          .hasMessageContaining("tls12_ciphers");
    }
  }

  @Test
  void saysWhichKeyIsNotThereOrNotActive() {
    assertThatThrownBy(() -> seal(server, "no-such-key", Map.of()).prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("no-such-key");
    assertThatThrownBy(() -> seal(server, server.keys.get(2), Map.of()).prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("active");
  }

  @Test
  void endsByTheDeadlineWhereTheServerIsSilent() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Seal waiting =
          seal(
              Map.of(
                  "endpoint",
                  "127.0.0.1:" + silent.getLocalPort(),
                  "kms_key_id",
                  "1",
                  "client_cert",
                  folder.resolve("client.pem").toString()),
              folder.resolve("client.key").toString(),
              Duration.ofMillis(300));
      assertThatThrownBy(() -> waiting.prove(false))
          .isInstanceOf(SealFault.Away.class)
          .hasMessageContaining("within 0.3 s");
    }
    assertThatThrownBy(
            () ->
                seal(server, server.keys.getFirst(), Map.of("endpoint", "127.0.0.1:1"))
                    .prove(false))
        .isInstanceOf(SealFault.Away.class);
  }

  @Test
  void namesTheParameterThatIsWrong() {
    for (Map<String, String> wrong :
        List.of(
            Map.of("encrypt_alg", "RSA_OAEP_SHA256"),
            Map.of("endpoint", "host:port"),
            Map.of("client_cert", "/no/such/file"),
            Map.of("kms_key_id", ""))) {
      assertThatThrownBy(() -> seal(server, server.keys.getFirst(), wrong))
          .isInstanceOf(SealFault.Configuration.class);
    }
  }
}
