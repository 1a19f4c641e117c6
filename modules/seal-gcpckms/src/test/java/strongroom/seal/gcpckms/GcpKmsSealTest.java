package strongroom.seal.gcpckms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.EnvelopeSeal;
import strongroom.seal.envelope.SealStanza;
import strongroom.seal.http.FakeService;
import strongroom.secret.SecretBytes;
import strongroom.testkit.SealContract;

/** The seal against services shaped by Google's documentation. */
class GcpKmsSealTest extends SealContract {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static KeyPair account;

  private final FakeGoogle google = new FakeGoogle(account);
  private final FakeService fake = new FakeService(google);
  private final FakeGoogle otherGoogle = new FakeGoogle(account);
  private final FakeService otherFake = new FakeService(otherGoogle);
  private final List<AutoCloseable> opened = new ArrayList<>(List.of(fake, otherFake));
  private final Seal seal;
  private final Seal other;

  GcpKmsSealTest() {
    google.address = fake.address();
    otherGoogle.address = otherFake.address();
    seal = seal(fake, "one", serviceAccount(fake, account), Map.of());
    other = seal(otherFake, "one", serviceAccount(otherFake, account), Map.of());
  }

  @BeforeAll
  static void makeAccount() throws Exception {
    account = keyPair();
  }

  private static KeyPair keyPair() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : opened) {
      closeable.close();
    }
  }

  @Override
  protected Seal seal() {
    return seal;
  }

  @Override
  protected Seal otherSeal() {
    return other;
  }

  private static String serviceAccount(FakeService at, KeyPair keys) {
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    return new String(
        Json.toBytes(
            JsonObject.ofStrings(
                Map.of(
                    "type",
                    "service_account",
                    "client_email",
                    "strongroom@p-1.iam.gserviceaccount.com",
                    "private_key_id",
                    "kid-1",
                    "private_key",
                    pem,
                    "token_uri",
                    at.address() + "/token"))),
        UTF_8);
  }

  private Seal seal(FakeService at, String key, String credentials, Map<String, String> more) {
    SealStanza stanza =
        new SealStanza(
            "gcpckms",
            "gcpckms",
            true,
            Map.of("project", "p-1", "region", "global", "key_ring", "ring", "crypto_key", key),
            name ->
                name.equals("credentials") && !credentials.isEmpty()
                    ? Optional.of(SecretBytes.takeFrom(credentials.getBytes(UTF_8)))
                    : Optional.empty());
    Map<String, String> environment = new HashMap<>(more);
    environment.put("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS", at.address());
    Seal made =
        new EnvelopeSeal(
            stanza,
            GcpKmsService.open(stanza, environment, Clock.systemUTC()),
            Duration.ofSeconds(10),
            Clock.systemUTC(),
            RANDOM);
    opened.add(made);
    return made;
  }

  @Test
  void opensWithTheKeyThatWrappedAfterTheConfigurationNamesAnother() {
    Seal second = seal(fake, "two", serviceAccount(fake, account), Map.of());
    try (SecretBytes secret = SecretBytes.random(32, RANDOM);
        SecretBytes back =
            second.unwrap(Seal.Purpose.ROOT_KEY, seal.wrap(Seal.Purpose.ROOT_KEY, secret))) {
      assertThat(back.contentEquals(secret)).isTrue();
    }
    second.prove(false);
    assertThat(second.health().details())
        .containsEntry("key_id", FakeGoogle.KEY + "two/cryptoKeyVersions/3");
  }

  @Test
  void fetchesATokenOnceAndAgainWhenItIsRefused() {
    seal.prove(false);
    seal.prove(false);
    assertThat(fake.calls()).filteredOn(call -> call.equals("POST /token")).hasSize(1);

    google.good = "revoked-by-google";
    seal.prove(false);
    assertThat(fake.calls()).filteredOn(call -> call.equals("POST /token")).hasSize(2);
  }

  @Test
  void takesCredentialsFromAFileFromGcloudAndFromTheMachine(@TempDir Path home) throws Exception {
    Path file = Files.writeString(home.resolve("sa.json"), serviceAccount(fake, account));
    seal(fake, "one", file.toString(), Map.of()).prove(false);

    seal(fake, "one", "", Map.of("GCE_METADATA_HOST", fake.address().substring("http://".length())))
        .prove(false);
    assertThat(fake.calls()).anyMatch(call -> call.contains("computeMetadata"));

    Path left = home.resolve(".config/gcloud/application_default_credentials.json");
    Files.createDirectories(left.getParent());
    Files.writeString(
        left,
        "{\"type\":\"authorized_user\",\"client_id\":\"c\",\"client_secret\":\"s\",\"refresh_token\":\"refresh-of-this-test\",\"token_uri\":\""
            + fake.address()
            + "/token\"}");
    seal(fake, "one", "", Map.of("HOME", home.toString())).prove(false);
  }

  @Test
  void saysThatTheAccountsKeyIsRefusedWithoutRepeatingWhatItSent() throws Exception {
    String wrong = serviceAccount(fake, keyPair());

    assertThatThrownBy(() -> seal(fake, "one", wrong, Map.of()).prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("invalid_grant")
        .hasMessageContaining("GOOGLE_CREDENTIALS")
        .hasMessageNotContaining("assertion");
  }

  @Test
  void saysWhichKeyIsNotThere() {
    assertThatThrownBy(
            () -> seal(fake, "three", serviceAccount(fake, account), Map.of()).prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("CryptoKey not found")
        .hasMessageContaining("cryptoKeys/three");
  }

  @Test
  void isAwayWhileGoogleHasTrouble() {
    seal.prove(false);
    fake.answerWith(_ -> FakeService.Reply.json(503, "{'error':{'message':'try later'}}"));

    assertThatThrownBy(() -> seal.prove(false)).isInstanceOf(SealFault.Away.class);
  }

  @Test
  void refusesCredentialsThatAreNoneAndNamesOfKeysThatAreNone() {
    assertThatThrownBy(() -> seal(fake, "one", "{\"type\":\"x\"}", Map.of()).prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("credentials");
    assertThatThrownBy(() -> seal(fake, "one", "/no/such/file", Map.of()).prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("/no/such/file");
    assertThatThrownBy(() -> seal(fake, "../x", "", Map.of()))
        .isInstanceOf(SealFault.Configuration.class);
  }
}
