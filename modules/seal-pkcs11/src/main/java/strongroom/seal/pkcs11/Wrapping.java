package strongroom.seal.pkcs11;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import strongroom.hsm.CipherMode;
import strongroom.hsm.Encrypted;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmToken;
import strongroom.hsm.Mechanism;
import strongroom.hsm.OaepHash;
import strongroom.hsm.Remedy;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;
import strongroom.secret.SecretBytes;

/** Makes blobs of secrets and secrets of blobs, by one HSM token. */
final class Wrapping {
  private static final int GCM_IV_BYTES = 12;
  private static final int CBC_IV_BYTES = 16;

  private final Pkcs11SealSettings settings;
  private final SealKeys keys;
  private final HsmToken token;
  private final SecureRandom random;

  Wrapping(Pkcs11SealSettings settings, SealKeys keys, HsmToken token, SecureRandom random) {
    this.settings = settings;
    this.keys = keys;
    this.token = token;
    this.random = random;
  }

  /**
   * Wraps {@code secret} and unwraps it again to see that it can.
   *
   * @throws HsmFault.Unsound where it comes back changed
   */
  byte[] wrap(SealKeys.Chosen by, Purpose purpose, SecretBytes secret) {
    Blob.Header header =
        new Blob.Header(
            purpose,
            by.mechanism(),
            by.method() == WrapMethod.OAEP ? Optional.of(settings.oaepHash()) : Optional.empty(),
            KeyName.of(by.key()),
            by.hmacKey().map(_ -> settings.hmacMechanism()),
            by.hmacKey().map(KeyName::of).orElse(new KeyName(Optional.empty(), Optional.empty())),
            by.slot().token().map(t -> t.serial()).orElse(""));
    Encrypted encrypted = encrypt(by, header, secret);
    Blob blob = new Blob(header, encrypted.iv(), encrypted.ciphertext(), new byte[0]);
    if (by.hmacKey().isPresent()) {
      byte[] mac = token.sign(by.hmacKey().get(), settings.hmacMechanism(), blob.authenticated());
      blob = new Blob(header, blob.iv(), blob.ciphertext(), mac);
    }
    byte[] bytes = blob.bytes();
    try (SecretBytes back = unwrap(Blob.parse(bytes, purpose))) {
      if (!back.contentEquals(secret)) {
        throw new HsmFault.Unsound(
            "what key "
                + by.key().summary()
                + " wrapped by "
                + by.mechanism()
                + " came back changed");
      }
    } catch (SealFault.Data e) {
      throw new HsmFault.Unsound(
          "what key "
              + by.key().summary()
              + " wrapped by "
              + by.mechanism()
              + " cannot be unwrapped again: "
              + e.getMessage());
    }
    return bytes;
  }

  /** Unwraps; the caller closes the result. */
  SecretBytes unwrap(Blob blob) {
    Blob.Header header = blob.header();
    checkMac(blob);
    WrapMethod method =
        WrapMethod.of(header.mechanism())
            .orElseThrow(
                () ->
                    new SealFault.Data(
                        "it was wrapped by " + header.mechanism() + ", which is not known here",
                        null));
    HsmKey key = keys.named(token, header.key(), settings.defaultKeyLabel(), method::fitsType);
    return switch (method) {
      case GCM -> decrypt(key, blob, new CipherMode.Gcm(blob.iv(), header.bytes()));
      case CBC_HMAC -> {
        if (header.hmacMechanism().isEmpty()) {
          throw new SealFault.Data("it was wrapped by AES-CBC without an HMAC", null);
        }
        yield decrypt(key, blob, new CipherMode.CbcPad(blob.iv()));
      }
      case KEY_WRAP -> unframe(blob, unwrapKey(key, blob));
      case OAEP ->
          unframe(
              blob,
              decrypt(
                  key, blob, new CipherMode.Oaep(header.oaepHash().orElse(settings.oaepHash()))));
    };
  }

  private void checkMac(Blob blob) {
    Optional<Mechanism> mechanism = blob.header().hmacMechanism();
    if (mechanism.isEmpty()) {
      return;
    }
    if (!Pkcs11SealSettings.HMAC_MECHANISMS.contains(mechanism.get())) {
      throw new SealFault.Data(
          "its HMAC is of " + mechanism.get() + ", which is not known here", null);
    }
    HsmKey key =
        keys.named(token, blob.header().hmacKey(), settings.defaultHmacKeyLabel(), HsmKey::hmac);
    if (!token.verify(key, mechanism.get(), blob.authenticated(), blob.mac())) {
      throw new SealFault.Data(
          "what is to be unwrapped is damaged, or HMAC key " + key.summary() + " did not make it",
          null);
    }
  }

  private Encrypted encrypt(SealKeys.Chosen by, Blob.Header header, SecretBytes secret) {
    return switch (by.method()) {
      case GCM ->
          token.encrypt(
              by.key(), new CipherMode.Gcm(randomBytes(GCM_IV_BYTES), header.bytes()), secret);
      case CBC_HMAC ->
          token.encrypt(by.key(), new CipherMode.CbcPad(randomBytes(CBC_IV_BYTES)), secret);
      case KEY_WRAP -> {
        try (SecretBytes framed = Framing.frame(header.bytes(), secret)) {
          yield new Encrypted(new byte[0], token.wrap(by.key(), by.mechanism(), framed));
        }
      }
      case OAEP -> {
        try (SecretBytes framed = Framing.frame(header.bytes(), secret)) {
          yield encryptByOaep(by.key(), framed);
        }
      }
    };
  }

  private Encrypted encryptByOaep(HsmKey privateHalf, SecretBytes framed) {
    int room = settings.oaepHash().plaintextBytesMax(privateHalf.bits());
    if (framed.length() > room) {
      throw new IllegalArgumentException(
          "a secret of " + framed.length() + " bytes does not fit into " + room + " of RSA OAEP");
    }
    Optional<HsmKey> publicHalf = SealKeys.publicHalf(token, privateHalf);
    boolean local = settings.rsaEncryptLocal().orElse(true);
    if (local) {
      try {
        RSAPublicKey key = token.publicKey(publicHalf.orElse(privateHalf));
        return new Encrypted(new byte[0], framed.withHeapCopy(b -> oaep(key, b)));
      } catch (HsmFault.Missing e) {
        if (settings.rsaEncryptLocal().isPresent()) {
          throw e;
        }
      }
    }
    HsmKey onToken =
        publicHalf.orElseThrow(
            () ->
                new HsmFault.Missing(
                    "the token has no public half of key "
                        + privateHalf.summary()
                        + " to encrypt with: leave rsa_encrypt_local at auto"));
    return token.encrypt(onToken, new CipherMode.Oaep(settings.oaepHash()), framed);
  }

  private byte[] oaep(RSAPublicKey key, byte[] plaintext) {
    String hash = javaName(settings.oaepHash());
    try {
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          key,
          new OAEPParameterSpec(
              hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT),
          random);
      return cipher.doFinal(plaintext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("RSA OAEP in software failed", e);
    }
  }

  private static String javaName(OaepHash hash) {
    return switch (hash) {
      case SHA1 -> "SHA-1";
      case SHA224 -> "SHA-224";
      case SHA256 -> "SHA-256";
      case SHA384 -> "SHA-384";
      case SHA512 -> "SHA-512";
    };
  }

  private SecretBytes decrypt(HsmKey key, Blob blob, CipherMode mode) {
    try {
      return token.decrypt(key, mode, blob.ciphertext());
    } catch (HsmFault.Rejected e) {
      throw judged(e, key, blob);
    }
  }

  private SecretBytes unwrapKey(HsmKey key, Blob blob) {
    try {
      return token.unwrap(key, blob.header().mechanism(), blob.ciphertext());
    } catch (HsmFault.Rejected e) {
      throw judged(e, key, blob);
    }
  }

  private static SecretBytes unframe(Blob blob, SecretBytes framed) {
    try (framed) {
      return Framing.unframe(blob.header().bytes(), framed)
          .orElseThrow(
              () -> new SealFault.Data("what was unwrapped does not belong to its header", null));
    }
  }

  /**
   * Tells damaged data from a broken HSM. Some answer a bad tag by a general error (SoftHSM does);
   * the HSM has then been asked twice, so when the key still works otherwise, it is the data.
   */
  private RuntimeException judged(HsmFault.Rejected fault, HsmKey key, Blob blob) {
    boolean ofData = fault.remedy() == Remedy.DATA;
    boolean unclear = fault.remedy() == Remedy.REOPEN_SESSION && fault.number() <= 6;
    if (!ofData && unclear) {
      ofData = stillDecrypts(key, blob);
    }
    if (!ofData) {
      return fault;
    }
    String serial = token.slot().token().map(t -> t.serial()).orElse("");
    String elsewhere =
        serial.equals(blob.header().serial())
            ? ""
            : ", or it is of another HSM token (it was wrapped by serial "
                + blob.header().serial()
                + ", this one is "
                + serial
                + ")";
    return new SealFault.Data(
        "key "
            + key.summary()
            + " does not open it: it is damaged"
            + elsewhere
            + "; "
            + fault.getMessage(),
        fault);
  }

  private boolean stillDecrypts(HsmKey key, Blob blob) {
    try {
      return switch (WrapMethod.of(blob.header().mechanism()).orElseThrow()) {
        case GCM -> comesBack(key, iv -> new CipherMode.Gcm(iv, new byte[0]), GCM_IV_BYTES);
        case CBC_HMAC -> comesBack(key, CipherMode.CbcPad::new, CBC_IV_BYTES);
        case KEY_WRAP, OAEP -> token.random(1).length == 1;
      };
    } catch (HsmFault e) {
      return false;
    }
  }

  private boolean comesBack(HsmKey key, Function<byte[], CipherMode> mode, int ivBytes) {
    try (SecretBytes probe = SecretBytes.random(32, random)) {
      Encrypted encrypted = token.encrypt(key, mode.apply(randomBytes(ivBytes)), probe);
      try (SecretBytes back =
          token.decrypt(key, mode.apply(encrypted.iv()), encrypted.ciphertext())) {
        return back.contentEquals(probe);
      }
    }
  }

  private byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
