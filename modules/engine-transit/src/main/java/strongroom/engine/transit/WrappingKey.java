package strongroom.engine.transit;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import strongroom.engine.EngineStorage;
import strongroom.logical.Refusal;

/**
 * The RSA-4096 key for which clients wrap the keys that they bring: an AES-256 key by RSA-OAEP, and
 * behind it the key to import by AES key wrap with padding (RFC 5649), as PKCS#11 has it in {@code
 * CKM_RSA_AES_KEY_WRAP}. Made when it is asked for the first time.
 */
final class WrappingKey {
  private static final String ENTRY = "wrapping-key";
  private static final int AES_LENGTH = 32;
  private static final KeyRecord.Traits TRAITS =
      new KeyRecord.Traits(KeyType.RSA_4096, "", 0, false, false);
  private static final KeyRecord RECORD =
      new KeyRecord(
          ENTRY,
          TRAITS,
          new KeyRecord.Rules(false, false, false, 1, 0, Duration.ZERO),
          KeyRecord.Course.NEW.withLatest(1, false));

  private final SecureRandom random;

  WrappingKey(SecureRandom random) {
    this.random = random;
  }

  /** The public half in PEM. */
  String publicKey(EngineStorage storage, Instant now) {
    Material material = stored(storage, now);
    material.wipe();
    return Pem.publicKey(material.publicKey());
  }

  private Material stored(EngineStorage storage, Instant now) {
    return storage
        .get(ENTRY)
        .map(Material::takeFrom)
        .orElseGet(
            () -> {
              storage.lock(ENTRY + "/");
              return storage.get(ENTRY).map(Material::takeFrom).orElseGet(() -> make(storage, now));
            });
  }

  private Material make(EngineStorage storage, Instant now) {
    Pairs.Encoded pair = Pairs.generate(TRAITS, random);
    Material made = new Material(now, pair.secret(), Material.NONE, pair.publicKey(), List.of());
    storage.put(ENTRY, made.toBytes());
    return made;
  }

  /** The key in {@code wrapped}, which the caller zeroes. */
  byte[] unwrap(EngineStorage storage, byte[] wrapped, OaepHash hash) {
    int head = KeyType.RSA_4096.bits() / 8;
    if (wrapped.length <= head) {
      throw Refusal.invalid("provided ciphertext is too short");
    }
    // Where none was made yet, nothing can have been wrapped for it.
    Material stored = storage.get(ENTRY).map(Material::takeFrom).orElseThrow(WrappingKey::refused);
    LoadedKey key = new LoadedKey(RECORD, 1, List.of(stored));
    try {
      byte[] aes =
          Signing.withPrivate(
              key,
              key.version(1),
              "decryption",
              privateKey -> {
                try {
                  Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
                  cipher.init(Cipher.DECRYPT_MODE, privateKey, hash.parameters());
                  return cipher.doFinal(wrapped, 0, head);
                } catch (GeneralSecurityException e) {
                  throw refused();
                }
              });
      try {
        return unwrap(aes, Arrays.copyOfRange(wrapped, head, wrapped.length));
      } finally {
        Arrays.fill(aes, (byte) 0);
      }
    } finally {
      key.leave();
    }
  }

  private static byte[] unwrap(byte[] aes, byte[] wrapped) {
    if (aes.length != AES_LENGTH) {
      throw Refusal.invalid("expected ephemeral AES key to be 256-bit");
    }
    try {
      Cipher cipher = Cipher.getInstance("AES/KWP/NoPadding");
      cipher.init(Cipher.DECRYPT_MODE, new RawKey(aes, "AES"));
      return cipher.doFinal(wrapped);
    } catch (GeneralSecurityException e) {
      throw refused();
    }
  }

  private static RuntimeException refused() {
    return Refusal.invalid(
        "the ciphertext is not a key wrapped for this mount's wrapping_key by this hash_function");
  }

  /** What {@link #unwrap} takes: {@code secret} wrapped for the RSA key {@code publicKey}. */
  static byte[] wrap(
      KeyType rsa, byte[] publicKey, byte[] secret, OaepHash hash, SecureRandom random) {
    byte[] aes = new byte[AES_LENGTH];
    random.nextBytes(aes);
    try {
      Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
      oaep.init(
          Cipher.ENCRYPT_MODE, Pairs.publicKey(rsa, "", publicKey), hash.parameters(), random);
      byte[] head = oaep.doFinal(aes);
      Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
      kwp.init(Cipher.ENCRYPT_MODE, new RawKey(aes, "AES"));
      byte[] tail = kwp.doFinal(secret);
      byte[] whole = Arrays.copyOf(head, head.length + tail.length);
      System.arraycopy(tail, 0, whole, head.length, tail.length);
      return whole;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key could not be wrapped", e);
    } finally {
      Arrays.fill(aes, (byte) 0);
    }
  }

  /** The hash of RSA-OAEP, in its mask function too. */
  enum OaepHash {
    SHA1("SHA-1"),
    SHA224("SHA-224"),
    SHA256("SHA-256"),
    SHA384("SHA-384"),
    SHA512("SHA-512");

    private final String javaName;

    OaepHash(String javaName) {
      this.javaName = javaName;
    }

    /** The one of {@code text}, with or without a hyphen. */
    static OaepHash of(String text) {
      String plain = text.toUpperCase(Locale.ROOT).replace("-", "");
      return Arrays.stream(values())
          .filter(hash -> hash.name().equals(plain))
          .findFirst()
          .orElseThrow(
              () -> Refusal.invalid("hash_function is SHA1, SHA224, SHA256, SHA384 or SHA512"));
    }

    OAEPParameterSpec parameters() {
      return new OAEPParameterSpec(
          javaName, "MGF1", new MGF1ParameterSpec(javaName), PSource.PSpecified.DEFAULT);
    }
  }
}
