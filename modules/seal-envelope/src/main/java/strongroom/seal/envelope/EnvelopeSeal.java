package strongroom.seal.envelope;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import strongroom.seal.HealthCheck;
import strongroom.seal.HealthRecord;
import strongroom.seal.Prober;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.SealHealth;
import strongroom.secret.SecretBytes;

/**
 * A seal by a {@link KeyService}: AES-256-GCM under a fresh data key that the service encrypts.
 * What it wraps it unwraps again and compares before it returns it. Asks the service with the first
 * call, or with the first probe after {@link #start}.
 */
public final class EnvelopeSeal implements Seal {
  private final SealStanza stanza;
  private final KeyService service;
  private final Duration callMax;
  private final SecureRandom random;
  private final HealthRecord health;
  private final Prober prober;

  /**
   * Starts nothing and asks nothing.
   *
   * @param service is closed with this
   * @param callMax when a call must have ended, all its requests together
   */
  public EnvelopeSeal(
      SealStanza stanza, KeyService service, Duration callMax, Clock clock, SecureRandom random) {
    this.stanza = stanza;
    this.service = service;
    this.callMax = callMax;
    this.random = random;
    health =
        new HealthRecord(
            stanza.name(),
            clock,
            stanza.health().map(HealthCheck::timeout).orElse(callMax),
            service.details());
    prober = new Prober(stanza.name(), stanza.health(), health, this::probe, random);
  }

  /** Starts the probe that keeps {@link #health} true between calls. */
  public void start() {
    prober.start();
  }

  /** Asks the service at once, with the secrets as they are now. Does not wait for the answer. */
  public void reload() {
    prober.wake();
  }

  @Override
  public String type() {
    return stanza.type();
  }

  @Override
  public String name() {
    return stanza.name();
  }

  @Override
  public boolean unsealsByItself() {
    return stanza.autoUnseal();
  }

  /** The service's key is made with the service's own tools, never here. */
  @Override
  public void prove(boolean mayGenerateKey) {
    probe();
  }

  private void probe() {
    try (SecretBytes probe = SecretBytes.random(AesGcm.KEY_LENGTH, random)) {
      wrap(Purpose.PROBE, probe);
    }
  }

  @Override
  public byte[] wrap(Purpose purpose, SecretBytes plaintext) {
    long start = System.nanoTime();
    return tracked(
        () -> {
          Deadline deadline = Deadline.in(callMax);
          EnvelopeBlob blob = encrypt(purpose, plaintext, deadline);
          try (SecretBytes back = decrypt(blob, deadline)) {
            if (!back.contentEquals(plaintext)) {
              throw new SealFault.Data("what was wrapped came back changed", null);
            }
          }
          health.succeeded(Duration.ofNanos(System.nanoTime() - start), details(blob.key()));
          return blob.bytes();
        });
  }

  private Map<String, String> details(EncryptedKey key) {
    Map<String, String> details = new LinkedHashMap<>(service.details());
    details.put("key_id", key.keyId());
    details.put("mechanism", key.mechanism());
    return Map.copyOf(details);
  }

  @Override
  public SecretBytes unwrap(Purpose purpose, byte[] wrapped) {
    EnvelopeBlob blob = EnvelopeBlob.parse(wrapped, type(), purpose);
    return tracked(() -> decrypt(blob, Deadline.in(callMax)));
  }

  private EnvelopeBlob encrypt(Purpose purpose, SecretBytes plaintext, Deadline deadline) {
    try (SecretBytes dataKey = SecretBytes.random(AesGcm.KEY_LENGTH, random)) {
      EncryptedKey encrypted = service.encrypt(dataKey, purpose, deadline);
      byte[] nonce = new byte[AesGcm.NONCE_LENGTH];
      random.nextBytes(nonce);
      byte[] associated = EnvelopeBlob.associated(type(), purpose, encrypted);
      return new EnvelopeBlob(
          type(), purpose, encrypted, nonce, AesGcm.encrypt(dataKey, nonce, associated, plaintext));
    }
  }

  private SecretBytes decrypt(EnvelopeBlob blob, Deadline deadline) {
    try (SecretBytes dataKey = service.decrypt(blob.key(), blob.purpose(), deadline)) {
      if (dataKey.length() != AesGcm.KEY_LENGTH) {
        throw new SealFault.Data("what was decrypted is no data key", null);
      }
      return AesGcm.decrypt(dataKey, blob.nonce(), blob.associated(), blob.ciphertext())
          .orElseThrow(
              () ->
                  new SealFault.Data(
                      "what is to be unwrapped is damaged: it does not go with its data key",
                      null));
    }
  }

  /** Runs {@code work}, and notes a fault. */
  private <T> T tracked(Supplier<T> work) {
    try {
      return work.get();
    } catch (SealFault e) {
      health.failed(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  @Override
  public Map<String, String> describe(byte[] wrapped) {
    return header(wrapped, type());
  }

  /** As {@link #describe}, without a seal of {@code type} at hand. */
  public static Map<String, String> header(byte[] wrapped, String type) {
    return EnvelopeBlob.keyOf(wrapped, type)
        .map(key -> Map.of("key_id", key.keyId(), "mechanism", key.mechanism()))
        .orElse(Map.of());
  }

  @Override
  public SealHealth health() {
    return health.health();
  }

  @Override
  public void close() {
    prober.close();
    service.close();
  }
}
