package strongroom.seal.ocikms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
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

/** The seal against services shaped by Oracle's documentation. */
class OciKmsSealTest extends SealContract {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Its key is short, so that signing hundreds of calls is quick. */
  @TempDir static Path home;

  private static X509Certificate certificate;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private FakeOracle oracle;
  private FakeService fake;
  private Seal seal;
  private Seal other;

  @BeforeAll
  static void makeKey() throws Exception {
    Files.createDirectory(home.resolve(".oci"));
    Process openssl =
        new ProcessBuilder(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:1024",
                "-nodes",
                "-subj",
                "/CN=instance/OU=opc-instance:ocid1.instance.i/OU=opc-tenant:ocid1.tenancy.t",
                "-days",
                "2",
                "-keyout",
                home.resolve(".oci/key.pem").toString(),
                "-out",
                home.resolve("cert.pem").toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("openssl.log").toFile())
            .start();
    assertThat(openssl.waitFor(60, TimeUnit.SECONDS)).isTrue();
    certificate = Pem.file(home.resolve("cert.pem")).certificates().getFirst();
    Files.writeString(
        home.resolve(".oci/config"),
        """
        [DEFAULT]
        user=ocid1.user.u
        fingerprint=aa:bb
        tenancy=ocid1.tenancy.t
        region=us-ashburn-1
        key_file=~/.oci/key.pem
        [other]
        user=ocid1.user.x
        fingerprint=cc:dd
        tenancy=ocid1.tenancy.t
        key_file=~/.oci/key.pem
        """);
  }

  @BeforeEach
  void start() {
    oracle = new FakeOracle(certificate);
    fake = service(oracle);
    seal = seal(fake, "ocid1.key.one", true, Map.of());
    other = seal(service(new FakeOracle(certificate)), "ocid1.key.one", true, Map.of());
  }

  private FakeService service(FakeOracle handler) {
    handler.signers.put(FakeOracle.API_KEY, certificate.getPublicKey());
    FakeService made = new FakeService(handler);
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

  private Seal seal(FakeService at, String key, boolean apiKey, Map<String, String> variables) {
    SealStanza stanza =
        new SealStanza(
            "ocikms",
            "ocikms",
            true,
            Map.of(
                "key_id",
                key,
                "crypto_endpoint",
                at.address(),
                "auth_type_api_key",
                Boolean.toString(apiKey)),
            _ -> Optional.empty());
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("HOME", home.toString());
    Seal made =
        new EnvelopeSeal(
            stanza,
            OciKmsService.open(stanza, environment, Clock.systemUTC()),
            Duration.ofSeconds(10),
            Clock.systemUTC(),
            RANDOM);
    opened.add(made);
    return made;
  }

  @Test
  void opensWithTheKeyThatWrappedAfterTheConfigurationNamesAnother() {
    try (SecretBytes secret = SecretBytes.random(32, RANDOM);
        SecretBytes back =
            seal(fake, "ocid1.key.two", true, Map.of())
                .unwrap(Seal.Purpose.ROOT_KEY, seal.wrap(Seal.Purpose.ROOT_KEY, secret))) {
      assertThat(back.contentEquals(secret)).isTrue();
    }
  }

  @Test
  void signsByTheInstancesOwnIdentity() throws Exception {
    String pem = Files.readString(home.resolve("cert.pem"));
    oracle.metadata.put("identity/cert.pem", pem);
    oracle.metadata.put("identity/intermediate.pem", pem);
    oracle.metadata.put("identity/key.pem", Files.readString(home.resolve(".oci/key.pem")));
    String fingerprint =
        HexFormat.ofDelimiter(":")
            .withUpperCase()
            .formatHex(MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded()));
    oracle.signers.put("ocid1.tenancy.t/fed-x509/" + fingerprint, certificate.getPublicKey());
    Seal byInstance =
        seal(
            fake,
            "ocid1.key.one",
            false,
            Map.of(
                "OCI_METADATA_BASE_URL",
                fake.address() + "/opc/v2",
                "OCI_SDK_AUTH_CLIENT_REGION_URL",
                fake.address()));

    byInstance.prove(false);
    byInstance.prove(false);
    assertThat(fake.calls()).filteredOn("POST /v1/x509"::equals).hasSize(1);

    oracle.signers.keySet().removeIf(id -> id.startsWith("ST$"));
    byInstance.prove(false);
    assertThat(fake.calls()).filteredOn("POST /v1/x509"::equals).hasSize(2);
  }

  @Test
  void saysWhatIsRefused() {
    assertThatThrownBy(
            () ->
                seal(fake, "ocid1.key.one", true, Map.of("OCI_CLI_PROFILE", "other")).prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("NotAuthenticated");
    assertThatThrownBy(() -> seal(fake, "ocid1.key.none", true, Map.of()).prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("ocid1.key.none");
    assertThatThrownBy(
            () -> seal(fake, "ocid1.key.one", true, Map.of("OCI_CLI_PROFILE", "none")).prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("profile none");
  }

  @Test
  void isAwayWhileOracleHasTroubleOrTheInstanceHasNoIdentity() {
    assertThatThrownBy(
            () ->
                seal(
                        fake,
                        "ocid1.key.one",
                        false,
                        Map.of("OCI_METADATA_BASE_URL", "http://127.0.0.1:1/opc/v2"))
                    .prove(false))
        .isInstanceOf(SealFault.Away.class)
        .hasMessageContaining("auth_type_api_key");
    fake.answerWith(_ -> FakeService.Reply.json(503, "{'code':'ServiceUnavailable'}"));
    assertThatThrownBy(() -> seal.prove(false)).isInstanceOf(SealFault.Away.class);
  }
}
