package strongroom.seal.awskms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.EnvelopeSeal;
import strongroom.seal.envelope.SealStanza;
import strongroom.seal.http.FakeService;
import strongroom.secret.SecretBytes;
import strongroom.testkit.SealContract;

/** The seal against moto. */
class AwsKmsSealTest extends SealContract {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String MAY_ALL =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":\"*\"}]}";
  private static final String MAY_ENCRYPT =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"kms:Encrypt\",\"Resource\":\"*\"}]}";

  private static Moto moto;
  private static String key;
  private static String otherKey;
  private static String farKey;

  @BeforeAll
  static void startMoto() throws Exception {
    moto = Moto.start();
    key = moto.createKey();
    otherKey = moto.createKey();
    farKey = moto.createKey("us-west-2");
  }

  @AfterAll
  static void stopMoto() {
    moto.close();
  }

  @AfterEach
  void checkNoSignatures() throws Exception {
    moto.checkSignatures(false);
  }

  @Override
  protected Seal seal() {
    return seal(key, "AKIAEXAMPLE", "secret-of-a-test");
  }

  @Override
  protected Seal otherSeal() {
    return seals.computeIfAbsent(
        "other",
        _ ->
            seal(
                Map.of("kms_key_id", farKey, "region", "us-west-2", "endpoint", moto.address()),
                Map.of("access_key", "AKIAEXAMPLE", "secret_key", "secret-of-a-test"),
                Map.of()));
  }

  private final Map<String, Seal> seals = new HashMap<>();
  private final List<Seal> made = new ArrayList<>();

  @AfterEach
  void closeSeals() {
    made.forEach(Seal::close);
  }

  private Seal seal(String keyId, String accessKey, String secretKey) {
    return seals.computeIfAbsent(
        keyId + accessKey + secretKey,
        _ ->
            seal(
                Map.of("kms_key_id", keyId, "region", "us-east-1", "endpoint", moto.address()),
                Map.of("access_key", accessKey, "secret_key", secretKey),
                Map.of()));
  }

  private Seal seal(
      Map<String, String> texts, Map<String, String> secrets, Map<String, String> environment) {
    SealStanza stanza =
        new SealStanza(
            "awskms",
            "awskms",
            true,
            texts,
            name ->
                Optional.ofNullable(secrets.get(name))
                    .map(text -> SecretBytes.takeFrom(text.getBytes(UTF_8))));
    Seal seal =
        new EnvelopeSeal(
            stanza,
            AwsKmsService.open(stanza, environment, Clock.systemUTC()),
            Duration.ofSeconds(10),
            Clock.systemUTC(),
            RANDOM);
    made.add(seal);
    return seal;
  }

  private static Map<String, String> stanza(String keyId) {
    return Map.of("kms_key_id", keyId, "region", "us-east-1", "endpoint", moto.address());
  }

  @Test
  void signsSoThatAwsAcceptsIt() throws Exception {
    Map.Entry<String, String> user = moto.createUser("signer", MAY_ALL);
    moto.checkSignatures(true);

    seal(key, user.getKey(), user.getValue()).prove(false);

    assertThatThrownBy(() -> seal(key, user.getKey(), "another-secret-key").prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("credentials")
        .hasMessageNotContaining("another-secret-key")
        .hasMessageNotContaining(user.getValue());
  }

  @Test
  void saysWhichPermissionIsMissing() throws Exception {
    Map.Entry<String, String> user = moto.createUser("halfway", MAY_ENCRYPT);
    moto.checkSignatures(true);

    assertThatThrownBy(() -> seal(key, user.getKey(), user.getValue()).prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("kms:Decrypt");
  }

  @Test
  void opensWhatAnOlderKeyWrappedAfterTheConfigurationNamesAnother() {
    try (SecretBytes secret = SecretBytes.random(32, RANDOM)) {
      byte[] wrapped = seal().wrap(Seal.Purpose.ROOT_KEY, secret);
      try (SecretBytes back =
          seal(otherKey, "AKIAEXAMPLE", "secret-of-a-test")
              .unwrap(Seal.Purpose.ROOT_KEY, wrapped)) {
        assertThat(back.contentEquals(secret)).isTrue();
      }
    }
  }

  @Test
  void takesAnAlias() throws Exception {
    moto.kms(
        "us-east-1",
        "CreateAlias",
        "{\"AliasName\":\"alias/strongroom\",\"TargetKeyId\":\"" + key + "\"}");
    Seal byAlias = seal("alias/strongroom", "AKIAEXAMPLE", "secret-of-a-test");

    byAlias.prove(false);

    assertThat(byAlias.health().details().get("key_id")).contains(key);
  }

  @Test
  void namesTheKeyThatIsNotThere() {
    String missing = "11111111-2222-3333-4444-555555555555";
    assertThatThrownBy(() -> seal(missing, "AKIAEXAMPLE", "secret-of-a-test").prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining(missing);
  }

  @Test
  void takesCredentialsOfAProfile(@TempDir Path folder) throws Exception {
    Map.Entry<String, String> user = moto.createUser("profiled", MAY_ALL);
    moto.checkSignatures(true);
    Path file = folder.resolve("credentials");
    Files.writeString(
        file,
        "[default]\naws_access_key_id = wrong\naws_secret_access_key = wrong\n\n# mine\n[work]\n"
            + "aws_access_key_id="
            + user.getKey()
            + "\naws_secret_access_key = "
            + user.getValue()
            + "\n");

    seal(
            stanza(key),
            Map.of(),
            Map.of("AWS_PROFILE", "work", "AWS_SHARED_CREDENTIALS_FILE", file.toString()))
        .prove(false);
  }

  @Test
  void takesTheRoleOfAServiceAccountByItsWebIdentity(@TempDir Path folder) throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "a.b.c\n");
    seal(
            stanza(key),
            Map.of(),
            Map.of(
                "AWS_ROLE_ARN",
                "arn:aws:iam::123456789012:role/strongroom",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                token.toString(),
                "AWS_ENDPOINT_URL_STS",
                moto.address()))
        .prove(false);
  }

  private static FakeService.Reply credentials(Moto.TemporaryCredentials role) {
    return FakeService.Reply.json(
        200,
        "{'AccessKeyId':'"
            + role.accessKey()
            + "','SecretAccessKey':'"
            + role.secretKey()
            + "','Token':'"
            + role.sessionToken()
            + "','Expiration':'"
            + Instant.now().plusSeconds(3600)
            + "'}");
  }

  @Test
  void takesTheRoleOfATaskAndAsksForItOnce() throws Exception {
    Moto.TemporaryCredentials role = moto.assumeRole("task", MAY_ALL);
    moto.checkSignatures(true);
    try (FakeService container =
        new FakeService(
            asked ->
                asked.header("Authorization").equals("pod-token") && asked.path().equals("/creds")
                    ? credentials(role)
                    : FakeService.Reply.json(403, "{}"))) {
      Seal byTask =
          seal(
              stanza(key),
              Map.of(),
              Map.of(
                  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                  container.address() + "/creds",
                  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                  "pod-token"));
      byTask.prove(false);
      byTask.prove(false);
      assertThat(container.calls()).hasSize(1);
    }
  }

  @Test
  void takesTheRoleOfTheInstanceByItsMetadataOfVersionTwo() throws Exception {
    Moto.TemporaryCredentials role = moto.assumeRole("instance", MAY_ALL);
    moto.checkSignatures(true);
    String roles = "/latest/meta-data/iam/security-credentials/";
    FakeService.Handler metadata =
        asked -> {
          boolean token = asked.header("X-aws-ec2-metadata-token").equals("imds-token");
          return switch (asked.method() + " " + asked.path()) {
            case "PUT /latest/api/token" -> new FakeService.Reply(200, "imds-token", Map.of());
            case "GET /latest/meta-data/iam/security-credentials/" ->
                new FakeService.Reply(token ? 200 : 401, "the-role", Map.of());
            case "GET /latest/meta-data/iam/security-credentials/the-role" ->
                token ? credentials(role) : FakeService.Reply.json(401, "{}");
            default -> FakeService.Reply.json(404, "{}");
          };
        };
    try (FakeService instance = new FakeService(metadata)) {
      Seal byInstance =
          seal(
              stanza(key),
              Map.of(),
              Map.of("AWS_EC2_METADATA_SERVICE_ENDPOINT", instance.address()));
      byInstance.prove(false);
      assertThat(instance.calls())
          .containsExactly("PUT /latest/api/token", "GET " + roles, "GET " + roles + "the-role");
    }
  }

  @Test
  void isAwayWhileNobodyAnswersAndTellsWhereItAsked() {
    Seal nowhere =
        seal(
            Map.of("kms_key_id", key, "endpoint", "http://127.0.0.1:1"),
            Map.of("access_key", "AKIAEXAMPLE", "secret_key", "secret-of-a-test"),
            Map.of());

    SealFault.Away fault = catchThrowableOfType(SealFault.Away.class, () -> nowhere.prove(false));

    assertThat(fault).hasMessageContaining("127.0.0.1:1").hasMessageNotContaining("secret-of");
    assertThat(nowhere.health().healthy()).isFalse();
    assertThat(nowhere.health().reason()).contains("127.0.0.1:1");
  }

  @Test
  void saysWhereCredentialsMayComeFromWhereThereAreNone() {
    Seal without = seal(stanza(key), Map.of(), Map.of("AWS_EC2_METADATA_DISABLED", "true"));

    assertThatThrownBy(() -> without.prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("AWS_ACCESS_KEY_ID");
  }
}
