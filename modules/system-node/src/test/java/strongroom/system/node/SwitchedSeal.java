package strongroom.system.node;

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

/** A seal that unseals by itself, with a switch between it and its key. */
final class SwitchedSeal implements Seal {
  private static final Instant SINCE = Instant.parse("2026-01-02T03:04:05Z");

  private final ShamirSeal cipher;
  private volatile boolean away;

  SwitchedSeal() {
    SecureRandom random = new SecureRandom();
    try (SecretBytes key = SecretBytes.random(32, random)) {
      cipher = new ShamirSeal(key, Clock.systemUTC(), random);
    }
  }

  void pull() {
    away = true;
  }

  void putBack() {
    away = false;
  }

  private void reach() {
    if (away) {
      throw new SealFault.Away("slot 7 has no token", null);
    }
  }

  @Override
  public String type() {
    return "pkcs11";
  }

  @Override
  public String name() {
    return "hsm-a";
  }

  @Override
  public boolean unsealsByItself() {
    return true;
  }

  @Override
  public void prove(boolean mayGenerateKey) {
    reach();
  }

  @Override
  public byte[] wrap(Purpose purpose, SecretBytes plaintext) {
    reach();
    return cipher.wrap(purpose, plaintext);
  }

  @Override
  public SecretBytes unwrap(Purpose purpose, byte[] wrapped) {
    reach();
    return cipher.unwrap(purpose, wrapped);
  }

  @Override
  public Map<String, String> describe(byte[] wrapped) {
    return Map.of("key_label", "test", "key_id", "01", "serial", name());
  }

  @Override
  public SealHealth health() {
    return new SealHealth(
        !away,
        SINCE,
        Optional.of(SINCE.minusSeconds(1)),
        Optional.of(Duration.ofMillis(3)),
        away ? "slot 7 has no token" : "",
        Map.of("slot", "7", "key_label", "root"));
  }

  @Override
  public void close() {
    cipher.close();
  }
}
