package strongroom.seal.azurekeyvault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.EnvelopeSeal;
import strongroom.seal.envelope.SealStanza;
import strongroom.seal.http.FakeService;
import strongroom.secret.SecretBytes;
import strongroom.testkit.SealContract;
import strongroom.tls.Pem;

/** The seal against services shaped by Microsoft's documentation. */
class AzureKeyVaultSealTest extends SealContract {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir static Path folder;
  private static final List<KeyPair> keys = new ArrayList<>();
  private static Path certificate;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private FakeAzure azure;
  private FakeService fake;
  private Seal seal;
  private Seal other;

  @BeforeAll
  static void makeKeysAndCertificate() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024); // short, so that making them and the many refusals are quick
    for (int i = 0; i < 3; i++) {
      keys.add(generator.generateKeyPair());
    }
    Path key = folder.resolve("key.pem");
    Path cert = folder.resolve("cert.pem");
    Process openssl =
        new ProcessBuilder(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=client",
                "-days",
                "2",
                "-keyout",
                key.toString(),
                "-out",
                cert.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("openssl.log").toFile())
            .start();
    assertThat(openssl.waitFor(60, TimeUnit.SECONDS)).isTrue();
    certificate =
        Files.writeString(
            folder.resolve("client.pem"), Files.readString(key) + Files.readString(cert));
  }

  @BeforeEach
  void start() throws Exception {
    var certified = Pem.file(certificate).certificates().getFirst();
    azure = new FakeAzure(keys.get(0), keys.get(1), certified);
    fake = service(azure);
    seal = seal(fake, "rsa", Map.of(), FakeAzure.SECRET, Map.of());
    FakeAzure second = new FakeAzure(keys.get(2), keys.get(1), certified);
    other = seal(service(second), "rsa", Map.of(), FakeAzure.SECRET, Map.of());
  }

  private FakeService service(FakeAzure handler) {
    FakeService made = new FakeService(handler);
    handler.address = made.address();
    opened.add(made);
    return made;
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

  private Seal seal(
      FakeService at,
      String key,
      Map<String, String> more,
      String secret,
      Map<String, String> variables) {
    Map<String, String> texts =
        new HashMap<>(
            Map.of(
                "tenant_id", "tenant-1",
                "client_id", "client-1",
                "vault_name", "vault-1",
                "key_name", key));
    texts.putAll(more);
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("AZURE_AUTHORITY_HOST", at.address());
    environment.putIfAbsent("AZURE_POD_IDENTITY_AUTHORITY_HOST", at.address());
    SealStanza stanza =
        new SealStanza(
            "azurekeyvault",
            "azurekeyvault",
            true,
            texts,
            name ->
                name.equals("client_secret") && !secret.isEmpty()
                    ? Optional.of(SecretBytes.takeFrom(secret.getBytes(UTF_8)))
                    : Optional.empty());
    Seal made =
        new EnvelopeSeal(
            stanza,
            AzureKeyVaultService.openAt(
                URI.create(at.address() + "/"), stanza, environment, Clock.systemUTC()),
            Duration.ofSeconds(10),
            Clock.systemUTC(),
            RANDOM);
    opened.add(made);
    return made;
  }

  @Test
  void opensWhatAnOlderVersionWrappedAndWrapsWithTheNewest() {
    try (SecretBytes secret = SecretBytes.random(32, RANDOM)) {
      byte[] old = seal.wrap(Seal.Purpose.ROOT_KEY, secret);
      azure.current = "v2";
      try (SecretBytes back = seal.unwrap(Seal.Purpose.ROOT_KEY, old)) {
        assertThat(back.contentEquals(secret)).isTrue();
      }
      seal.prove(false);
      assertThat(seal.health().details())
          .containsEntry("key_id", "rsa/v2")
          .containsEntry("mechanism", "RSA-OAEP-256");
    }
  }

  @Test
  void wrapsByTheAesKeyOfAManagedHsm() {
    Seal hsm =
        seal(fake, "aes", Map.of("resource", "managedhsm.azure.net"), FakeAzure.SECRET, Map.of());

    hsm.prove(false);

    assertThat(hsm.health().details())
        .containsEntry("key_id", "aes/a1")
        .containsEntry("mechanism", "A256KW");
  }

  @Test
  void takesATokenByCertificateByProjectedTokenAndOfTheMachine() throws Exception {
    seal(fake, "rsa", Map.of(), "", Map.of("AZURE_CLIENT_CERTIFICATE_PATH", certificate.toString()))
        .prove(false);
    Path projected = Files.writeString(folder.resolve("projected"), "projected.token.x\n");
    seal(fake, "rsa", Map.of(), "", Map.of("AZURE_FEDERATED_TOKEN_FILE", projected.toString()))
        .prove(false);
    seal(fake, "rsa", Map.of(), "", Map.of()).prove(false);
    seal(
            fake,
            "rsa",
            Map.of(),
            "",
            Map.of("IDENTITY_ENDPOINT", fake.address() + "/msi", "IDENTITY_HEADER", "h"))
        .prove(false);

    assertThat(fake.calls())
        .anyMatch(
            call -> call.contains("/metadata/identity") && call.contains("client_id=client-1"))
        .anyMatch(call -> call.contains("/msi?"));
  }

  @Test
  void fetchesATokenOnceAndAgainWhenItIsRefused() {
    seal.prove(false);
    seal.prove(false);
    assertThat(fake.calls()).filteredOn(call -> call.contains("oauth2")).hasSize(1);
    azure.good = "revoked";
    seal.prove(false);
    assertThat(fake.calls()).filteredOn(call -> call.contains("oauth2")).hasSize(2);
  }

  @Test
  void saysThatTheSecretIsRefusedWithoutRepeatingIt() {
    assertThatThrownBy(
            () -> seal(fake, "rsa", Map.of(), "another-secret-text", Map.of()).prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("invalid_client")
        .hasMessageNotContaining("another-secret-text");
  }

  @Test
  void saysWhichKeyIsNotThere() {
    assertThatThrownBy(() -> seal(fake, "none", Map.of(), FakeAzure.SECRET, Map.of()).prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("KeyNotFound")
        .hasMessageContaining("wrapKey");
  }

  @Test
  void namesTheVaultByItsCloud() {
    SealStanza stanza =
        new SealStanza(
            "azurekeyvault",
            "azurekeyvault",
            true,
            Map.of("vault_name", "v", "key_name", "k", "environment", "AzureChinaCloud"),
            _ -> Optional.empty());

    assertThat(AzureCloud.of(stanza, Map.of()).vault()).hasToString("https://v.vault.azure.cn/");
    assertThat(AzureKeyVaultService.open(stanza, Map.of(), Clock.systemUTC()).details())
        .containsEntry("address", "v.vault.azure.cn");
  }
}
