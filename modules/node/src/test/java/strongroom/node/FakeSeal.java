package strongroom.node;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import strongroom.seal.RotatableSeal;
import strongroom.seal.SealFault;
import strongroom.seal.SealHealth;
import strongroom.seal.SealKey;
import strongroom.seal.ShamirSeal;
import strongroom.secret.SecretBytes;

/**
 * A seal on a {@link FakeHsm} that behaves as a real one: it logs in, finds or makes its key, wraps
 * with AES-256-GCM bound to the purpose, and fails as an HSM does.
 */
final class FakeSeal implements RotatableSeal {
  /** The id of a key that cannot unwrap what it has wrapped. */
  static final String ENCRYPTS_ONLY = "ee";

  private volatile SealKey rotatedTo = new SealKey("test", "");
  private final String name;
  private final FakeHsm hsm;
  private final String pin;
  private final boolean mayGenerate;
  private final boolean unsealsByItself;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private SealHealth health;

  FakeSeal(FakeHsm hsm, String pin, boolean mayGenerate, boolean unsealsByItself, Clock clock) {
    this("fake", hsm, pin, mayGenerate, unsealsByItself, clock);
  }

  /** One of several on one HSM or another, by its own name. */
  static FakeSeal named(String name, FakeHsm hsm) {
    return new FakeSeal(name, hsm, Nodes.PIN, true, true, Clock.systemUTC());
  }

  /** As {@link #named}, and key shares are needed beside it. */
  static FakeSeal besideShares(String name, FakeHsm hsm) {
    return new FakeSeal(name, hsm, Nodes.PIN, true, false, Clock.systemUTC());
  }

  private FakeSeal(
      String name,
      FakeHsm hsm,
      String pin,
      boolean mayGenerate,
      boolean unsealsByItself,
      Clock clock) {
    this.name = name;
    this.hsm = hsm;
    this.pin = pin;
    this.mayGenerate = mayGenerate;
    this.unsealsByItself = unsealsByItself;
    this.clock = clock;
    this.health =
        new SealHealth(
            false, clock.instant(), Optional.empty(), Optional.empty(), "not asked yet", Map.of());
  }

  @Override
  public String type() {
    return "pkcs11";
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean unsealsByItself() {
    return unsealsByItself;
  }

  @Override
  public void prove(boolean mayGenerateKey) {
    login();
    if (!hsm.hasKey() && mayGenerateKey && mayGenerate) {
      hsm.makeKey();
    }
    try (SecretBytes probe = SecretBytes.random(32, random);
        SecretBytes back = unwrap(Purpose.PROBE, wrap(Purpose.PROBE, probe))) {
      if (!back.contentEquals(probe)) {
        throw new SealFault.Data("the probe came back changed", null);
      }
    }
  }

  @Override
  public byte[] wrap(Purpose purpose, SecretBytes plaintext) {
    return wrapBy(rotatedTo, purpose, plaintext);
  }

  @Override
  public byte[] wrapBy(SealKey key, Purpose purpose, SecretBytes plaintext) {
    login();
    try (ShamirSeal cipher = cipher(key.id())) {
      byte[] ciphertext = cipher.wrap(purpose, plaintext);
      healthy();
      byte[] id = key.id().getBytes(StandardCharsets.US_ASCII);
      return ByteBuffer.allocate(1 + id.length + ciphertext.length)
          .put((byte) id.length)
          .put(id)
          .put(ciphertext)
          .array();
    }
  }

  @Override
  public SecretBytes unwrap(Purpose purpose, byte[] wrapped) {
    login();
    String id = id(wrapped);
    try (ShamirSeal cipher = cipher(id)) {
      byte[] ciphertext = Arrays.copyOfRange(wrapped, 1 + id.length(), wrapped.length);
      // A key that encrypts and does not decrypt, as some tokens' RSA keys.
      SecretBytes plaintext = cipher.unwrap(purpose, ciphertext);
      if (id.equals(ENCRYPTS_ONLY)) {
        plaintext.close();
        throw new SealFault.Data("CKR_MECHANISM_PARAM_INVALID", null);
      }
      healthy();
      return plaintext;
    } catch (SealFault.Data e) {
      throw ill(new SealFault.Data("the HSM's key does not open this", e));
    }
  }

  private static String id(byte[] wrapped) {
    if (wrapped.length == 0 || wrapped[0] < 0 || wrapped[0] >= wrapped.length) {
      throw new SealFault.Data("it is cut off", null);
    }
    return new String(wrapped, 1, wrapped[0], StandardCharsets.US_ASCII);
  }

  @Override
  public String configuredKey() {
    return "label \"test\"";
  }

  @Override
  public SealKey choose(SealKey wish, boolean generate) {
    login();
    if (!generate && !hsm.hasKey(wish.id())) {
      throw new SealFault.Configuration("the token has no key " + wish.text(), null);
    }
    return new SealKey("test", wish.id());
  }

  @Override
  public void make(SealKey key) {
    login();
    hsm.makeKey(key.id());
    login();
  }

  @Override
  public void use(String configured, SealKey key) {
    rotatedTo = key;
  }

  private void login() {
    if (hsm.isAway()) {
      throw ill(new SealFault.Away("the token is not in its slot", null));
    }
    if (!hsm.login(pin)) {
      throw ill(new SealFault.Pin("the token refused the PIN", null));
    }
  }

  private ShamirSeal cipher(String id) {
    SecretBytes key =
        hsm.viewKey(id)
            .orElseThrow(
                () -> ill(new SealFault.Configuration("the token has no key \"test\"", null)));
    return new ShamirSeal(key, clock, random);
  }

  private synchronized void healthy() {
    Instant now = clock.instant();
    health =
        new SealHealth(
            true,
            health.healthy() ? health.since() : now,
            Optional.of(now),
            Optional.of(Duration.ofMillis(1)),
            "",
            Map.of("key_label", "test", "slot", "0"));
  }

  private synchronized SealFault ill(SealFault fault) {
    health =
        new SealHealth(
            false,
            health.healthy() ? clock.instant() : health.since(),
            health.lastSuccess(),
            Optional.empty(),
            String.valueOf(fault.getMessage()),
            health.details());
    return fault;
  }

  @Override
  public Map<String, String> describe(byte[] wrapped) {
    return Map.of("key_label", "test", "key_id", id(wrapped), "serial", name());
  }

  @Override
  public synchronized SealHealth health() {
    return health;
  }

  @Override
  public void close() {}
}
