package strongroom.node;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.SealHealth;
import strongroom.seal.ShamirSeal;
import strongroom.secret.SecretBytes;

/**
 * A seal on a {@link FakeHsm} that behaves as a real one: it logs in, finds or makes its key, wraps
 * with AES-256-GCM bound to the purpose, and fails as an HSM does.
 */
final class FakeSeal implements Seal {
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
    login();
    try (ShamirSeal cipher = cipher()) {
      byte[] wrapped = cipher.wrap(purpose, plaintext);
      healthy();
      return wrapped;
    }
  }

  @Override
  public SecretBytes unwrap(Purpose purpose, byte[] wrapped) {
    login();
    try (ShamirSeal cipher = cipher()) {
      SecretBytes plaintext = cipher.unwrap(purpose, wrapped);
      healthy();
      return plaintext;
    } catch (SealFault.Data e) {
      throw ill(new SealFault.Data("the HSM's key does not open this", e));
    }
  }

  private void login() {
    if (hsm.isAway()) {
      throw ill(new SealFault.Away("the token is not in its slot", null));
    }
    if (!hsm.login(pin)) {
      throw ill(new SealFault.Pin("the token refused the PIN", null));
    }
  }

  private ShamirSeal cipher() {
    SecretBytes key =
        hsm.viewKey()
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
    return Map.of("key_label", "test", "key_id", "01", "serial", name());
  }

  @Override
  public synchronized SealHealth health() {
    return health;
  }

  @Override
  public void close() {}
}
