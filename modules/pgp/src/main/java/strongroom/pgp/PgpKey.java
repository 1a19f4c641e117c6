package strongroom.pgp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyKeyEncryptionMethodGenerator;

/** An OpenPGP public key that secrets are encrypted for. */
public final class PgpKey {
  /** The longest text of a key, in characters. */
  public static final int TEXT_LENGTH_MAX = 256 * 1024;

  private static final String KEYBASE = "keybase:";

  private final PGPPublicKey primary;
  private final PGPPublicKey encryption;

  private PgpKey(PGPPublicKey primary, PGPPublicKey encryption) {
    this.primary = primary;
    this.encryption = encryption;
  }

  /**
   * The key in {@code text}: the Base64 of a binary key, or an armored one.
   *
   * @param now the time at which it must be valid
   * @throws InvalidPgpKeyException where it is none, has expired, was revoked or is for signing
   *     only
   */
  public static PgpKey parse(String text, Instant now) throws InvalidPgpKeyException {
    PGPPublicKeyRing ring = ring(bytes(text));
    PGPPublicKey primary = ring.getPublicKey();
    if (primary.hasRevocation() || expired(primary, now)) {
      throw new InvalidPgpKeyException("the OpenPGP key was revoked or has expired");
    }
    List<PGPPublicKey> fit = new ArrayList<>();
    for (Iterator<PGPPublicKey> keys = ring.getPublicKeys(); keys.hasNext(); ) {
      PGPPublicKey key = keys.next();
      if (key.isEncryptionKey() && !key.hasRevocation() && !expired(key, now) && mayEncrypt(key)) {
        fit.add(key);
      }
    }
    if (fit.isEmpty()) {
      throw new InvalidPgpKeyException("the OpenPGP key has no part to encrypt with");
    }
    // A subkey made for encryption before the primary key, and the newest of several.
    return new PgpKey(primary, fit.getLast());
  }

  /** The primary key's fingerprint, hexadecimal in lower case: 40 digits for version 4. */
  public String fingerprint() {
    return HexFormat.of().formatHex(primary.getFingerprint());
  }

  /** {@code plaintext} as a binary OpenPGP message that only the key's holder can read. */
  public byte[] encrypt(byte[] plaintext, SecureRandom random) {
    PGPEncryptedDataGenerator generator =
        new PGPEncryptedDataGenerator(
            new BcPGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
                .setWithIntegrityPacket(true)
                .setSecureRandom(random));
    generator.addMethod(
        new BcPublicKeyKeyEncryptionMethodGenerator(encryption).setSecureRandom(random));
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    try {
      byte[] literal = literal(plaintext);
      try (OutputStream out = generator.open(message, literal.length)) {
        out.write(literal);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (PGPException e) {
      throw new IllegalStateException("the OpenPGP key could not be used to encrypt", e);
    }
    return message.toByteArray();
  }

  private static byte[] literal(byte[] plaintext) throws IOException {
    ByteArrayOutputStream literal = new ByteArrayOutputStream();
    try (OutputStream out =
        new PGPLiteralDataGenerator()
            .open(literal, PGPLiteralData.BINARY, "", plaintext.length, PGPLiteralData.NOW)) {
      out.write(plaintext);
    }
    return literal.toByteArray();
  }

  private static byte[] bytes(String text) throws InvalidPgpKeyException {
    String stripped = text.strip();
    if (stripped.length() > TEXT_LENGTH_MAX) {
      throw new InvalidPgpKeyException(
          "the OpenPGP key is longer than " + TEXT_LENGTH_MAX + " characters");
    }
    if (stripped.toLowerCase(Locale.ROOT).startsWith(KEYBASE)) {
      throw new InvalidPgpKeyException(
          "keys are not fetched from Keybase: give the key itself, as Base64 of"
              + " `gpg --export KEY`");
    }
    if (stripped.startsWith("-----BEGIN ")) {
      return stripped.getBytes(StandardCharsets.US_ASCII);
    }
    try {
      return Base64.getMimeDecoder().decode(stripped);
    } catch (IllegalArgumentException e) {
      throw new InvalidPgpKeyException("the OpenPGP key is neither Base64 nor armored");
    }
  }

  private static PGPPublicKeyRing ring(byte[] bytes) throws InvalidPgpKeyException {
    try (InputStream in = PGPUtil.getDecoderStream(new ByteArrayInputStream(bytes))) {
      return new PGPPublicKeyRing(in, new BcKeyFingerprintCalculator());
    } catch (IOException | RuntimeException e) {
      // The library throws whatever its parser stumbles over.
      throw new InvalidPgpKeyException("the text is not an OpenPGP public key");
    }
  }

  private static boolean expired(PGPPublicKey key, Instant now) {
    long seconds = key.getValidSeconds();
    Date made = key.getCreationTime();
    return seconds > 0 && now.isAfter(made.toInstant().plus(Duration.ofSeconds(seconds)));
  }

  /** Whether the key's own signatures allow encryption; where they say nothing, they do. */
  private static boolean mayEncrypt(PGPPublicKey key) {
    boolean said = false;
    for (Iterator<PGPSignature> signatures = key.getSignatures(); signatures.hasNext(); ) {
      Optional<PGPSignatureSubpacketVector> packets =
          Optional.ofNullable(signatures.next().getHashedSubPackets());
      int flags = packets.map(PGPSignatureSubpacketVector::getKeyFlags).orElse(0);
      if ((flags & (KeyFlags.ENCRYPT_COMMS | KeyFlags.ENCRYPT_STORAGE)) != 0) {
        return true;
      }
      said |= flags != 0;
    }
    return !said;
  }

  /** The fingerprint. */
  @Override
  public String toString() {
    return "PgpKey[" + fingerprint() + "]";
  }
}
