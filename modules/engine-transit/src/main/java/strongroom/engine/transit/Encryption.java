package strongroom.engine.transit;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import java.util.function.Function;
import javax.crypto.Cipher;
import javax.crypto.KEM;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import strongroom.engine.Call;
import strongroom.logical.Refusal;

/** Encrypts and decrypts with the versions of a key, whatever its type. */
final class Encryption {
  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

  private final SecureRandom random;
  private final ManagedUse managed;

  Encryption(SecureRandom random, ManagedUse managed) {
    this.random = random;
    this.managed = managed;
  }

  /**
   * What is bound to a ciphertext.
   *
   * @param context which key is derived; empty for none
   * @param associated associated data; empty for none
   */
  record Bound(byte[] context, byte[] associated) {}

  /** The use of {@code key} by {@code call} for so many items. */
  Use use(Call call, LoadedKey key, int items) {
    return new Use(call, key, new Nonces(random, items));
  }

  /** One request's use of a key. */
  record Use(Call call, LoadedKey key, Nonces nonces) {}

  /** {@code vault:v1:…} of {@code plaintext} by {@code version}. */
  String encrypt(Use use, LoadedKey.Version version, Bound bound, byte[] plaintext) {
    LoadedKey key = use.key();
    check(key, bound, "encryption");
    byte[] sealed =
        switch (key.type().family()) {
          case AEAD -> seal(use, version, bound, plaintext);
          case RSA -> rsaEncrypt(key, version, plaintext);
          case ML_KEM -> encapsulate(use, version, bound, plaintext);
          case MANAGED -> managed.encrypt(use.call(), version, bound.associated(), plaintext);
          case ED25519, ECDSA, HMAC, ML_DSA -> throw unsupported(key, "encryption");
        };
    return VersionedText.of(version.number(), Base64Text.encode(sealed));
  }

  /** The plaintext of {@code ciphertext}, which the caller zeroes. */
  byte[] decrypt(Use use, Bound bound, String ciphertext) {
    LoadedKey key = use.key();
    check(key, bound, "decryption");
    VersionedText text = VersionedText.parse(ciphertext, "ciphertext");
    LoadedKey.Version version = key.versionToCheck(text, "ciphertext");
    byte[] sealed = Base64Text.decode(text.encoded(), "ciphertext");
    return switch (key.type().family()) {
      case AEAD -> open(key, version, bound, sealed);
      case RSA -> rsaDecrypt(key, version, sealed);
      case ML_KEM -> decapsulate(key, version, bound, sealed);
      case MANAGED -> managed.decrypt(use.call(), version, bound.associated(), sealed);
      case ED25519, ECDSA, HMAC, ML_DSA -> throw unsupported(key, "decryption");
    };
  }

  private static void check(LoadedKey key, Bound bound, String what) {
    key.requireInUse();
    if (!key.type().encrypts()) {
      throw unsupported(key, what);
    }
    if (bound.associated().length > 0 && !key.type().bindsAssociatedData()) {
      throw Refusal.invalid(
          "associated_data provided for non-AEAD cipher suite " + key.type().wireName());
    }
  }

  private static RuntimeException unsupported(LoadedKey key, String what) {
    return Refusal.invalid(
        "message " + what + " not supported for key type " + key.type().wireName());
  }

  private static byte[] seal(Use use, LoadedKey.Version version, Bound bound, byte[] plaintext) {
    LoadedKey key = use.key();
    KeyType type = key.type();
    int length = type.bits() / 8;
    if (!key.record().traits().convergent()) {
      byte[] nonce = use.nonces().next(Aead.nonceLength(type));
      return Derivation.with(
          key,
          version,
          bound.context(),
          length,
          bytes -> Aead.seal(type, bytes, nonce, bound.associated(), plaintext));
    }
    return Derivation.with(
        key,
        version,
        bound.context(),
        length + KeyMaker.HMAC_KEY_LENGTH,
        bytes -> {
          byte[] own = Arrays.copyOf(bytes, length);
          byte[] hmacKey = Arrays.copyOfRange(bytes, length, bytes.length);
          try {
            byte[] nonce = convergentNonce(type, hmacKey, bound.associated(), plaintext);
            return Aead.seal(type, own, nonce, bound.associated(), plaintext);
          } finally {
            Arrays.fill(own, (byte) 0);
            Arrays.fill(hmacKey, (byte) 0);
          }
        });
  }

  /**
   * The nonce that belongs to a plaintext: the start of its HMAC-SHA-256, as Vault makes it. With
   * associated data the HMAC's key depends on them as well: under one nonce, two ciphertexts with
   * different associated data would give the authentication key away.
   */
  private static byte[] convergentNonce(
      KeyType type, byte[] hmacKey, byte[] associated, byte[] plaintext) {
    byte[] chosen =
        associated.length == 0 ? hmacKey : Derivation.hmac("HmacSHA256", hmacKey, associated);
    return Arrays.copyOf(Derivation.hmac("HmacSHA256", chosen, plaintext), Aead.nonceLength(type));
  }

  private static byte[] open(LoadedKey key, LoadedKey.Version version, Bound bound, byte[] sealed) {
    KeyType type = key.type();
    int length = type.bits() / 8;
    Function<byte[], byte[]> open = bytes -> Aead.open(type, bytes, bound.associated(), sealed);
    // HKDF's output for a shorter length is the beginning of that for a longer one.
    return Derivation.with(key, version, bound.context(), length, open);
  }

  private byte[] rsaEncrypt(LoadedKey key, LoadedKey.Version version, byte[] plaintext) {
    int longest = key.type().bits() / 8 - 2 * 32 - 2;
    if (plaintext.length > longest) {
      throw Refusal.invalid(
          key.type().wireName() + " encrypts at most " + longest + " bytes at once");
    }
    PublicKey publicKey = Pairs.publicKey(key.type(), "", version.publicKey());
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(Cipher.ENCRYPT_MODE, publicKey, OAEP, random);
      return cipher.doFinal(plaintext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("RSA-OAEP failed to encrypt", e);
    }
  }

  private static byte[] rsaDecrypt(LoadedKey key, LoadedKey.Version version, byte[] sealed) {
    return Signing.withPrivate(
        key,
        version,
        "decryption",
        privateKey -> {
          try {
            Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(Cipher.DECRYPT_MODE, privateKey, OAEP);
            return cipher.doFinal(sealed);
          } catch (GeneralSecurityException e) {
            throw Refusal.invalid("failed to RSA decrypt the ciphertext");
          }
        });
  }

  private byte[] encapsulate(Use use, LoadedKey.Version version, Bound bound, byte[] plaintext) {
    LoadedKey key = use.key();
    String set = key.record().traits().parameterSet();
    PublicKey publicKey = Pairs.publicKey(key.type(), set, version.publicKey());
    try {
      KEM.Encapsulated made =
          KEM.getInstance("ML-KEM").newEncapsulator(publicKey, random).encapsulate();
      byte[] shared = made.key().getEncoded();
      try {
        byte[] nonce = use.nonces().next(Aead.nonceLength(KeyType.AES256));
        byte[] sealed = Aead.seal(KeyType.AES256, shared, nonce, bound.associated(), plaintext);
        byte[] head = made.encapsulation();
        byte[] whole = Arrays.copyOf(head, head.length + sealed.length);
        System.arraycopy(sealed, 0, whole, head.length, sealed.length);
        return whole;
      } finally {
        Arrays.fill(shared, (byte) 0);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("ML-KEM failed to encapsulate", e);
    }
  }

  private static byte[] decapsulate(
      LoadedKey key, LoadedKey.Version version, Bound bound, byte[] sealed) {
    return Signing.withPrivate(
        key, version, "decryption", privateKey -> decapsulate(privateKey, bound, sealed));
  }

  private static byte[] decapsulate(PrivateKey privateKey, Bound bound, byte[] sealed) {
    try {
      KEM.Decapsulator decapsulator = KEM.getInstance("ML-KEM").newDecapsulator(privateKey);
      int head = decapsulator.encapsulationSize();
      if (sealed.length < head) {
        throw Refusal.invalid("invalid ciphertext length");
      }
      byte[] shared = decapsulator.decapsulate(Arrays.copyOf(sealed, head)).getEncoded();
      try {
        byte[] rest = Arrays.copyOfRange(sealed, head, sealed.length);
        return Aead.open(KeyType.AES256, shared, bound.associated(), rest);
      } finally {
        Arrays.fill(shared, (byte) 0);
      }
    } catch (GeneralSecurityException e) {
      throw Refusal.invalid("cipher: message authentication failed");
    }
  }
}
