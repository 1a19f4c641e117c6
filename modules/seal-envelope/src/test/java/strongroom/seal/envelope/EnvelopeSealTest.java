package strongroom.seal.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import strongroom.seal.Seal;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;
import strongroom.secret.SecretBytes;

/** The envelope with a service that does what a test wants. */
class EnvelopeSealTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** "Encrypts" by inverting bits, so that a test sees what it was given. */
  private static final class Inverting implements KeyService {
    private volatile Optional<SealFault> trouble = Optional.empty();
    private volatile UnaryOperator<byte[]> answer = UnaryOperator.identity();
    private volatile boolean closed;

    private byte[] invert(byte[] bytes) {
      trouble.ifPresent(
          fault -> {
            throw fault;
          });
      byte[] inverted = bytes.clone();
      for (int i = 0; i < inverted.length; i++) {
        inverted[i] ^= (byte) 0xff;
      }
      return inverted;
    }

    @Override
    public EncryptedKey encrypt(SecretBytes dataKey, Purpose purpose, Deadline deadline) {
      return new EncryptedKey("k/1", "inversion", dataKey.withHeapCopy(this::invert));
    }

    @Override
    public SecretBytes decrypt(EncryptedKey encrypted, Purpose purpose, Deadline deadline) {
      return SecretBytes.takeFrom(answer.apply(invert(encrypted.ciphertext())));
    }

    @Override
    public Map<String, String> details() {
      return Map.of("address", "here");
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final Inverting service = new Inverting();

  private EnvelopeSeal seal(Map<String, String> parameters) {
    SealStanza stanza = new SealStanza("kmip", "mine", true, parameters, _ -> Optional.empty());
    return new EnvelopeSeal(stanza, service, Duration.ofSeconds(5), Clock.systemUTC(), RANDOM);
  }

  @Test
  void isKnownByTheKeyThatWrappedLast() {
    EnvelopeSeal seal = seal(Map.of());
    assertThat(seal.health().healthy()).isFalse();
    assertThat(seal.health().details()).containsOnlyKeys("address");

    seal.prove(false);

    assertThat(seal.health().healthy()).isTrue();
    assertThat(seal.health().details())
        .containsEntry("key_id", "k/1")
        .containsEntry("mechanism", "inversion")
        .containsEntry("address", "here");
    seal.close();
    assertThat(service.closed).isTrue();
  }

  @Test
  void returnsNothingThatItCannotOpenAgain() {
    try (SecretBytes secret = SecretBytes.random(32, RANDOM)) {
      service.answer = _ -> new byte[32];
      assertThatThrownBy(() -> seal(Map.of()).wrap(Purpose.ROOT_KEY, secret))
          .isInstanceOf(SealFault.Data.class);
      service.answer = bytes -> Arrays.copyOf(bytes, 31);
      assertThatThrownBy(() -> seal(Map.of()).wrap(Purpose.ROOT_KEY, secret))
          .isInstanceOf(SealFault.Data.class)
          .hasMessageContaining("no data key");
    }
  }

  @Test
  void usesAnotherDataKeyForEachBlob() {
    try (SecretBytes secret = SecretBytes.random(32, RANDOM)) {
      Seal seal = seal(Map.of());
      byte[] first = seal.wrap(Purpose.ROOT_KEY, secret);
      byte[] second = seal.wrap(Purpose.ROOT_KEY, secret);
      assertThat(EnvelopeBlob.parse(first, "kmip", Purpose.ROOT_KEY).key().ciphertext())
          .isNotEqualTo(EnvelopeBlob.parse(second, "kmip", Purpose.ROOT_KEY).key().ciphertext());
    }
  }

  @Test
  void noticesByItselfThatItsServiceWentAndCameBack() throws Exception {
    Map<String, String> often =
        Map.of("health_check_interval", "20ms", "health_check_interval_unhealthy", "50ms");
    try (EnvelopeSeal seal = seal(often)) {
      seal.start();
      await(seal, true);
      service.trouble = Optional.of(new SealFault.Away("gone fishing", null));
      await(seal, false);
      assertThat(seal.health().reason()).isEqualTo("gone fishing");
      service.trouble = Optional.empty();
      await(seal, true);
    }
  }

  private static void await(Seal seal, boolean healthy) throws Exception {
    Instant end = Instant.now().plusSeconds(30);
    while (seal.health().healthy() != healthy) {
      assertThat(Instant.now()).isBefore(end);
      Thread.sleep(5);
    }
  }

  @Test
  void readsAnyBytesToABlobOrAFaultOfData() {
    byte[] good =
        new EnvelopeBlob(
                "kmip",
                Purpose.ROOT_KEY,
                new EncryptedKey("k", "m", new byte[9]),
                new byte[12],
                new byte[40])
            .bytes();
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 3));
      for (int i = random.nextInt(3); i > 0 && bytes.length > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        EnvelopeBlob blob = EnvelopeBlob.parse(bytes, "kmip", Purpose.ROOT_KEY);
        assertThat(blob.bytes()).isEqualTo(bytes);
      } catch (SealFault.Data e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void readsDurationsAndFlagsOfAStanza() {
    SealStanza stanza =
        new SealStanza(
            "kmip",
            "kmip",
            true,
            Map.of(
                "a", "10", "b", "250ms", "c", " 1m30s ", "d", "0", "e", "soon", "t", "True", "n",
                "no"),
            _ -> Optional.empty());
    Duration otherwise = Duration.ofSeconds(3);
    assertThat(stanza.duration("a", otherwise)).isEqualTo(Duration.ofSeconds(10));
    assertThat(stanza.duration("b", otherwise)).isEqualTo(Duration.ofMillis(250));
    assertThat(stanza.duration("c", otherwise)).isEqualTo(Duration.ofSeconds(90));
    assertThat(stanza.duration("x", otherwise)).isEqualTo(otherwise);
    for (String wrong : new String[] {"d", "e"}) {
      assertThatThrownBy(() -> stanza.duration(wrong, otherwise))
          .isInstanceOf(SealFault.Configuration.class)
          .hasMessageContaining("seal \"kmip\": " + wrong);
    }
    assertThat(stanza.health().orElseThrow().interval()).isEqualTo(Duration.ofMinutes(10));
    assertThat(
            new SealStanza(
                    "kmip",
                    "kmip",
                    true,
                    Map.of("health_check_enabled", "0"),
                    _ -> Optional.empty())
                .health())
        .isEmpty();
    assertThat(stanza.flag("t")).isTrue();
    assertThat(stanza.flag("x")).isFalse();
    assertThatThrownBy(() -> stanza.flag("n")).isInstanceOf(SealFault.Configuration.class);
  }

  @Test
  void aStepEndsWithTheWholeCallAtTheLatest() {
    Deadline call = Deadline.in(Duration.ofMillis(1));
    Deadline step = call.within(Duration.ofHours(1));
    assertThat(Deadline.in(Duration.ofHours(1)).within(Duration.ofSeconds(1)).left("x"))
        .isLessThanOrEqualTo(Duration.ofSeconds(1));
    assertThatThrownBy(
            () -> {
              while (true) {
                step.left("the service");
              }
            })
        .isInstanceOf(SealFault.Away.class)
        .hasMessageContaining("the service did not answer within");
  }
}
