package strongroom.seal.statickey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.EnvelopeSeal;
import strongroom.seal.envelope.SealStanza;
import strongroom.secret.SecretBytes;
import strongroom.testkit.SealContract;

class StaticSealTest extends SealContract {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key = bytes();
  private final Seal seal = seal(Map.of("current_key_id", "k1"), Map.of("current_key", key));
  private final Seal other = seal(Map.of("current_key_id", "k1"), Map.of("current_key", bytes()));

  @Override
  protected Seal seal() {
    return seal;
  }

  @Override
  protected Seal otherSeal() {
    return other;
  }

  private static byte[] bytes() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private static Seal seal(Map<String, String> texts, Map<String, byte[]> secrets) {
    Map<String, byte[]> kept = new HashMap<>(secrets);
    SealStanza stanza =
        new SealStanza(
            "static",
            "static",
            true,
            texts,
            name -> Optional.ofNullable(kept.get(name)).map(b -> SecretBytes.takeFrom(b.clone())));
    return new EnvelopeSeal(
        stanza,
        StaticKeyService.open(stanza, RANDOM),
        Duration.ofSeconds(1),
        Clock.systemUTC(),
        RANDOM);
  }

  private static void assertOpens(Seal opener, byte[] wrapped, SecretBytes secret) {
    try (SecretBytes back = opener.unwrap(Seal.Purpose.ROOT_KEY, wrapped)) {
      assertThat(back.contentEquals(secret)).isTrue();
    }
  }

  @Test
  void opensWithThePreviousKeyWhatItWrappedAndWrapsWithTheCurrentOne() {
    try (SecretBytes secret = SecretBytes.random(32, RANDOM)) {
      byte[] old = seal.wrap(Seal.Purpose.ROOT_KEY, secret);
      byte[] next = bytes();
      Seal rotated =
          seal(
              Map.of("current_key_id", "k2", "previous_key_id", "k1"),
              Map.of("current_key", next, "previous_key", key));

      assertOpens(rotated, old, secret);
      byte[] fresh = rotated.wrap(Seal.Purpose.ROOT_KEY, secret);
      Seal later = seal(Map.of("current_key_id", "k2"), Map.of("current_key", next));
      assertOpens(later, fresh, secret);
      assertThatThrownBy(() -> later.unwrap(Seal.Purpose.ROOT_KEY, old))
          .isInstanceOf(SealFault.Configuration.class)
          .hasMessageContaining("\"k1\"")
          .hasMessageContaining("previous_key");
      assertThat(later.health().details()).containsEntry("key_id", "k2");
    }
  }

  @Test
  void takesTheKeyInEveryFormThatOpenBaoTakes() {
    byte[] endsLikeALine = key.clone();
    endsLikeALine[31] = '\n';
    for (byte[] raw : new byte[][] {key, endsLikeALine}) {
      Seal rawSeal = seal(Map.of("current_key_id", "k"), Map.of("current_key", raw));
      try (SecretBytes secret = SecretBytes.random(32, RANDOM)) {
        byte[] wrapped = rawSeal.wrap(Seal.Purpose.ROOT_KEY, secret);
        for (String form :
            new String[] {
              HexFormat.of().formatHex(raw),
              HexFormat.of().withUpperCase().formatHex(raw),
              Base64.getEncoder().encodeToString(raw),
              Base64.getUrlEncoder().withoutPadding().encodeToString(raw),
              Base64.getEncoder().encodeToString(raw) + "\n"
            }) {
          Seal same =
              seal(Map.of("current_key_id", "k"), Map.of("current_key", form.getBytes(UTF_8)));
          assertOpens(same, wrapped, secret);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 31, 34, 43, 44, 64, 65})
  void refusesWhatIsNoKeyWithoutRepeatingIt(int length) {
    byte[] wrong = new byte[length];
    Arrays.fill(wrong, (byte) '!');

    assertThatThrownBy(() -> seal(Map.of("current_key_id", "k"), Map.of("current_key", wrong)))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("current_key")
        .hasMessageNotContaining("!");
  }

  @Test
  void refusesTwoKeysOfOneIdAndOneKeyOfTwo() {
    Map<String, byte[]> two = Map.of("current_key", key, "previous_key", bytes());
    Map<String, byte[]> one = Map.of("current_key", key, "previous_key", key);
    assertThatThrownBy(() -> seal(Map.of("current_key_id", "k", "previous_key_id", "k"), two))
        .hasMessageContaining("previous_key_id");
    assertThatThrownBy(() -> seal(Map.of("current_key_id", "k", "previous_key_id", "l"), one))
        .hasMessageContaining("previous_key_id");
    assertThatThrownBy(() -> seal(Map.of("current_key_id", "k"), two))
        .hasMessageContaining("previous_key_id");
    assertThatThrownBy(
            () ->
                seal(
                    Map.of("current_key_id", "k", "previous_key_id", "l"),
                    Map.of("current_key", key)))
        .hasMessageContaining("previous_key");
  }

  @Test
  void refusesTheEnvelopeOfAnotherSeal() {
    SealStanza stanza =
        new SealStanza(
            "transit",
            "transit",
            true,
            Map.of("current_key_id", "k1"),
            name ->
                name.equals("current_key")
                    ? Optional.of(SecretBytes.takeFrom(key.clone()))
                    : Optional.empty());
    Seal foreign =
        new EnvelopeSeal(
            stanza,
            StaticKeyService.open(stanza, RANDOM),
            Duration.ofSeconds(1),
            Clock.systemUTC(),
            RANDOM);
    try (SecretBytes secret = SecretBytes.random(32, RANDOM)) {
      byte[] wrapped = foreign.wrap(Seal.Purpose.ROOT_KEY, secret);
      assertThatThrownBy(() -> seal.unwrap(Seal.Purpose.ROOT_KEY, wrapped))
          .isInstanceOf(SealFault.Data.class)
          .hasMessageContaining("another seal");
    }
  }
}
