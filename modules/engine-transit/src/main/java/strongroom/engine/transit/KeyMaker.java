package strongroom.engine.transit;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import strongroom.engine.EngineStorage;

/** Makes versions of keys, and keeps them with their record. */
final class KeyMaker {
  static final int HMAC_KEY_LENGTH = 32;

  private final SecureRandom random;
  private final KeyCache cache;

  KeyMaker(SecureRandom random, KeyCache cache) {
    this.random = random;
    this.cache = cache;
  }

  /** A fresh version of a key that this server makes itself. */
  Material fresh(KeyRecord.Traits traits, Instant now) {
    return switch (traits.type().family()) {
      case AEAD -> Material.symmetric(now, bytes(traits.type().bits() / 8), hmacKey());
      case HMAC -> hmac(now, bytes(traits.keySize()));
      case ED25519, ECDSA, RSA, ML_DSA, ML_KEM -> {
        Pairs.Encoded pair = Pairs.generate(traits, random);
        yield new Material(now, pair.secret(), hmacKey(), pair.publicKey(), List.of());
      }
      case MANAGED -> throw new IllegalArgumentException("a managed key is not made here");
    };
  }

  /** A version of an HMAC key. */
  static Material hmac(Instant now, byte[] secret) {
    return Material.symmetric(now, secret, secret.clone());
  }

  byte[] hmacKey() {
    return bytes(HMAC_KEY_LENGTH);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /**
   * Adds {@code material}, which this zeroes, as the newest version, and keeps the record.
   *
   * @return the record as it is kept
   */
  KeyRecord add(EngineStorage storage, KeyRecord record, Material material, boolean fromOutside) {
    int number = record.course().latest() + 1;
    KeyRecord next = record.with(record.course().withLatest(number, fromOutside));
    KeyStore.putVersion(storage, record.name(), number, material);
    material.wipe();
    save(storage, next);
    return next;
  }

  /** Adds a version that this server makes. */
  KeyRecord rotate(EngineStorage storage, KeyRecord record, Instant now) {
    return add(storage, record, fresh(record.traits(), now), false);
  }

  /** Keeps a record that was changed. */
  void save(EngineStorage storage, KeyRecord record) {
    KeyStore.put(storage, record);
    cache.change(storage, record.name());
  }

  /** Removes a key whole. */
  void delete(EngineStorage storage, KeyRecord record) {
    KeyStore.delete(storage, record);
    cache.change(storage, record.name());
  }
}
