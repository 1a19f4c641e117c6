package strongroom.hsm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.Arrays;
import strongroom.secret.SecretBytes;

/** Encrypts, decrypts, signs and verifies with keys of an HSM token, on one session. */
final class Ciphers {
  private static final int GCM_TAG_BYTES = MechanismParameter.GCM_TAG_BITS / 8;

  /** Padding, tag and an IV behind the ciphertext fit in here; an RSA result comes in full. */
  private static final int RESULT_EXTRA_BYTES = 64;

  private static final int RSA_RESULT_BYTES_MAX = 2048;
  private static final int SIGNATURE_BYTES_MAX = 2048;

  private final Session session;
  private final Functions functions;

  Ciphers(Session session) {
    this.session = session;
    functions = session.functions();
  }

  Encrypted encrypt(long key, CipherMode mode, SecretBytes plaintext) {
    try {
      return encryptOnce(key, mode, plaintext);
    } catch (HsmFault.Rejected e) {
      boolean ownIv = e.is(Ckr.MECHANISM_PARAM_INVALID) || e.is(Ckr.ARGUMENTS_BAD);
      if (!ownIv || !(mode instanceof CipherMode.Gcm gcm)) {
        throw e;
      }
      // Some HSMs insist on making the IV, and on a buffer of zeros to write it to.
      byte[] zeros = new byte[gcm.iv().length];
      Encrypted encrypted = encryptOnce(key, new CipherMode.Gcm(zeros, gcm.aad()), plaintext);
      if (Arrays.equals(encrypted.iv(), zeros)) {
        throw new HsmFault.Unsound("the HSM encrypted by AES-GCM with an IV of zeros");
      }
      return encrypted;
    }
  }

  private Encrypted encryptOnce(long key, CipherMode mode, SecretBytes plaintext) {
    try (Scratch scratch = new Scratch()) {
      Arena arena = scratch.arena();
      MemorySegment in = scratch.secretCopy(plaintext.viewSegment());
      MechanismParameter parameter = MechanismParameter.of(arena, mode);
      MemorySegment out = arena.allocate(resultRoom(mode, plaintext.length()));
      functions.start(Functions.TwoStep.ENCRYPT, session.handle(), parameter.mechanism(), key);
      byte[] ciphertext = finish(arena, Functions.TwoStep.ENCRYPT, in, out);
      byte[] iv = parameter.iv().toArray(JAVA_BYTE);
      int expected = plaintext.length() + GCM_TAG_BYTES;
      if (mode instanceof CipherMode.Gcm && ciphertext.length > expected) {
        // Others write the IV that they made behind the tag.
        iv = Arrays.copyOfRange(ciphertext, expected, ciphertext.length);
        ciphertext = Arrays.copyOf(ciphertext, expected);
      }
      return new Encrypted(iv, ciphertext);
    }
  }

  SecretBytes decrypt(long key, CipherMode mode, byte[] ciphertext) {
    try (Scratch scratch = new Scratch()) {
      Arena arena = scratch.arena();
      MemorySegment out = scratch.secret(resultRoom(mode, ciphertext.length));
      MechanismParameter parameter = MechanismParameter.of(arena, mode);
      MemorySegment in = arena.allocateFrom(JAVA_BYTE, ciphertext);
      functions.start(Functions.TwoStep.DECRYPT, session.handle(), parameter.mechanism(), key);
      long length = finishInto(arena, Functions.TwoStep.DECRYPT, in, out);
      return SecretBytes.copyOf(out.asSlice(0, length));
    }
  }

  byte[] sign(long key, Mechanism mechanism, byte[] data) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment in = arena.allocateFrom(JAVA_BYTE, data);
      MemorySegment out = arena.allocate(SIGNATURE_BYTES_MAX);
      MemorySegment parameter = MechanismParameter.none(arena, mechanism).mechanism();
      functions.start(Functions.TwoStep.SIGN, session.handle(), parameter, key);
      return finish(arena, Functions.TwoStep.SIGN, in, out);
    }
  }

  /**
   * Whether {@code hmac} is that of {@code data}. The HSM makes it again and it is compared here,
   * since libraries disagree on C_Verify: NSS calls a wrong one a device error, tpm2-pkcs11 answers
   * no return value at all, NetHSM does not have it.
   */
  boolean verify(long key, Mechanism mechanism, byte[] data, byte[] hmac) {
    return MessageDigest.isEqual(sign(key, mechanism, data), hmac);
  }

  /**
   * Wraps {@code secret} by an AES key that may wrap, RFC 5649: as a key object of this session,
   * since PKCS#11 wraps nothing else.
   */
  byte[] wrap(long key, Mechanism mechanism, SecretBytes secret) {
    try (Scratch scratch = new Scratch()) {
      Arena arena = scratch.arena();
      MemorySegment value = scratch.secretCopy(secret.viewSegment());
      MemorySegment handle = arena.allocate(JAVA_LONG);
      Template template = sessionSecret(arena).with(Ck.CKA_VALUE, value);
      functions.createObject(session.handle(), template, handle);
      long object = handle.get(JAVA_LONG, 0);
      try {
        MemorySegment length = arena.allocateFrom(JAVA_LONG, value.byteSize() + RESULT_EXTRA_BYTES);
        MemorySegment out = arena.allocate(length.get(JAVA_LONG, 0));
        functions.wrapKey(
            session.handle(),
            MechanismParameter.none(arena, mechanism).mechanism(),
            key,
            object,
            out,
            length);
        return out.asSlice(0, length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
      } finally {
        functions.destroyObject(session.handle(), object);
      }
    }
  }

  /** Unwraps what {@link #wrap} made. */
  SecretBytes unwrap(long key, Mechanism mechanism, byte[] wrapped) {
    try (Scratch scratch = new Scratch()) {
      Arena arena = scratch.arena();
      MemorySegment out = scratch.secret(wrapped.length);
      MemorySegment handle = arena.allocate(JAVA_LONG);
      functions.unwrapKey(
          session.handle(),
          MechanismParameter.none(arena, mechanism).mechanism(),
          key,
          arena.allocateFrom(JAVA_BYTE, wrapped),
          sessionSecret(arena),
          handle);
      long object = handle.get(JAVA_LONG, 0);
      try {
        MemorySegment attribute = new Template(arena).with(Ck.CKA_VALUE, out).segment();
        functions.attributes(session.handle(), object, attribute, 1);
        return SecretBytes.copyOf(out.asSlice(0, attribute.get(JAVA_LONG, 16)));
      } finally {
        functions.destroyObject(session.handle(), object);
      }
    }
  }

  byte[] random(int length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(Math.max(length, 1)).asSlice(0, length);
      functions.generateRandom(session.handle(), bytes);
      return bytes.toArray(JAVA_BYTE);
    }
  }

  private static Template sessionSecret(Arena arena) {
    return new Template(arena)
        .with(Ck.CKA_CLASS, Ck.CKO_SECRET_KEY)
        .with(Ck.CKA_KEY_TYPE, Ck.CKK_GENERIC_SECRET)
        .with(Ck.CKA_TOKEN, false)
        .with(Ck.CKA_PRIVATE, true)
        .with(Ck.CKA_SENSITIVE, false)
        .with(Ck.CKA_EXTRACTABLE, true);
  }

  private static long resultRoom(CipherMode mode, int length) {
    return switch (mode) {
      case CipherMode.Oaep _ -> RSA_RESULT_BYTES_MAX;
      case CipherMode.Gcm _, CipherMode.CbcPad _ -> length + RESULT_EXTRA_BYTES;
    };
  }

  private byte[] finish(Arena arena, Functions.TwoStep step, MemorySegment in, MemorySegment out) {
    return out.asSlice(0, finishInto(arena, step, in, out)).toArray(JAVA_BYTE);
  }

  private long finishInto(
      Arena arena, Functions.TwoStep step, MemorySegment in, MemorySegment out) {
    MemorySegment length = arena.allocateFrom(JAVA_LONG, out.byteSize());
    functions.finish(step, session.handle(), in, out, length);
    long written = length.get(JAVA_LONG, 0);
    if (written < 0 || written > out.byteSize()) {
      throw new HsmFault.Unsound(
          "the HSM says it wrote " + written + " bytes where " + out.byteSize() + " fit");
    }
    return written;
  }
}
