package strongroom.seal.transit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.EnvelopeSeal;
import strongroom.seal.envelope.SealStanza;
import strongroom.seal.http.FakeService;
import strongroom.secret.SecretBytes;
import strongroom.testkit.SealContract;

/** The seal against a server shaped by the transit engine's API documentation. */
class TransitSealTest extends SealContract {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final FakeTransit transit = new FakeTransit();
  private final FakeTransit otherTransit = new FakeTransit();
  private final FakeService fake = new FakeService(transit);
  private final FakeService otherFake = new FakeService(otherTransit);
  private final Map<String, String> secrets = new HashMap<>(Map.of("token", FakeTransit.TOKEN));
  private final Seal seal = seal(fake, "one", Map.of("disable_renewal", "true"));
  private final Seal other = seal(otherFake, "one", Map.of("disable_renewal", "true"));

  @AfterEach
  void close() {
    seal.close();
    other.close();
    fake.close();
    otherFake.close();
  }

  @Override
  protected Seal seal() {
    return seal;
  }

  @Override
  protected Seal otherSeal() {
    return other;
  }

  private Seal seal(FakeService at, String key, Map<String, String> more) {
    Map<String, String> texts =
        new HashMap<>(
            Map.of(
                "address",
                at.address() + "/",
                "mount_path",
                "/keys/transit/",
                "key_name",
                key,
                "namespace",
                "team/"));
    texts.putAll(more);
    SealStanza stanza =
        new SealStanza(
            "transit",
            "transit",
            true,
            texts,
            name ->
                Optional.ofNullable(secrets.get(name))
                    .map(text -> SecretBytes.takeFrom(text.getBytes(UTF_8))));
    return new EnvelopeSeal(
        stanza, TransitService.open(stanza), Duration.ofSeconds(10), Clock.systemUTC(), RANDOM);
  }

  @Test
  void opensWithTheKeyThatWrappedAfterTheConfigurationNamesAnother() {
    try (Seal second = seal(fake, "two", Map.of("disable_renewal", "true"));
        SecretBytes secret = SecretBytes.random(32, RANDOM);
        SecretBytes back =
            second.unwrap(Seal.Purpose.ROOT_KEY, seal.wrap(Seal.Purpose.ROOT_KEY, secret))) {
      assertThat(back.contentEquals(secret)).isTrue();
      second.prove(false);
      assertThat(second.health().details()).containsEntry("key_id", "two");
    }
  }

  @Test
  void renewsItsTokenAgainAndAgain() throws Exception {
    try (Seal renewing = seal(fake, "one", Map.of())) {
      renewing.prove(false);
      Instant end = Instant.now().plusSeconds(30);
      while (transit.renewals.get() < 2 && Instant.now().isBefore(end)) {
        Thread.sleep(20);
      }
      assertThat(transit.renewals.get()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void renewsNothingWhereThatIsForbidden() {
    seal.prove(false);
    seal.prove(false);

    assertThat(fake.calls()).noneMatch(call -> call.contains("renew"));
  }

  @Test
  void saysWhatTheTokenNeedsWhereItIsRefusedAndTakesANewOne() {
    secrets.put("token", "hvs.another");
    assertThatThrownBy(() -> seal.prove(false))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("permission denied")
        .hasMessageContaining("keys/transit/encrypt/one")
        .hasMessageNotContaining("hvs.another");
    assertThat(seal.health().healthy()).isFalse();

    secrets.put("token", FakeTransit.TOKEN + "\n");
    seal.prove(false);
    assertThat(seal.health().healthy()).isTrue();
  }

  @Test
  void followsAStandbyToTheActiveNode() {
    try (FakeService standby =
            new FakeService(
                asked ->
                    new FakeService.Reply(
                        307, "", Map.of("Location", fake.address() + asked.path())));
        Seal viaStandby = seal(standby, "one", Map.of("disable_renewal", "true"))) {
      viaStandby.prove(false);
      assertThat(standby.calls()).hasSize(2);
      assertThat(fake.calls()).hasSize(2);
    }
  }

  @Test
  void isAwayWhileTheOtherServerIsSealedOrGone() {
    fake.answerWith(_ -> FakeService.Reply.json(503, "{'errors':['Vault is sealed']}"));
    assertThatThrownBy(() -> seal.prove(false))
        .isInstanceOf(SealFault.Away.class)
        .hasMessageContaining("Vault is sealed");
    fake.close();
    assertThatThrownBy(() -> seal.prove(false)).isInstanceOf(SealFault.Away.class);
  }

  /** Such a fault is tried again by itself, one of data is not. */
  @Test
  void takesAKeyThatIsMissingForTroubleOfTheConfiguration() {
    try (SecretBytes secret = SecretBytes.random(32, RANDOM)) {
      byte[] wrapped = seal.wrap(Seal.Purpose.ROOT_KEY, secret);
      fake.answerWith(_ -> FakeService.Reply.json(400, "{'errors':['encryption key not found']}"));
      assertThatThrownBy(() -> seal.unwrap(Seal.Purpose.ROOT_KEY, wrapped))
          .isInstanceOf(SealFault.Configuration.class)
          .hasMessageContaining("key not found");
    }
  }

  @Test
  void namesTheParameterThatIsMissing() {
    assertThatThrownBy(() -> seal(fake, "", Map.of()))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("key_name");
    assertThatThrownBy(() -> seal(fake, "one", Map.of("address", "transit:8200")))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("address");
  }
}
