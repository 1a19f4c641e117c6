package strongroom.hsm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/** Makes keys in an HSM token and reads back whether they are what was asked for. */
final class KeyMaker {
  private static final byte[] EXPONENT_65537 = {1, 0, 1};

  private final Session session;
  private final Functions functions;
  private final KeyObjects objects;
  private final Set<KeyFlag> misreported;

  /**
   * {@code session} must be read-write.
   *
   * @param misreported flags that this token tells wrongly of the keys that it makes
   */
  KeyMaker(Session session, Set<KeyFlag> misreported) {
    this.session = session;
    this.misreported = misreported;
    functions = session.functions();
    objects = new KeyObjects(session);
  }

  /**
   * Makes {@code wanted}; of a pair, tells of the private half.
   *
   * @throws HsmFault.Unsound where the token made something less safe, which is destroyed again
   */
  HsmKey make(NewKey wanted) {
    long handle =
        switch (wanted.kind()) {
          case AES, AES_WRAP -> secret(wanted, Mechanism.AES_KEY_GEN, Ck.CKK_AES);
          case HMAC -> secret(wanted, Mechanism.GENERIC_SECRET_KEY_GEN, Ck.CKK_GENERIC_SECRET);
          case RSA -> pair(wanted);
        };
    HsmKey made =
        objects
            .read(handle)
            .orElseThrow(
                () -> new HsmFault.Unsound("the token does not show the key that it made"));
    String wrong = wrongWith(made, wanted);
    if (!wrong.isEmpty()) {
      functions.destroyObject(session.handle(), handle);
      throw new HsmFault.Unsound(
          "the token made key " + made.summary() + " " + wrong + "; it was destroyed again");
    }
    session.connection().handles().put(made.search(), handle);
    return made;
  }

  private String wrongWith(HsmKey made, NewKey wanted) {
    if (made.isNot(KeyFlag.TOKEN)) {
      return "for this session only";
    }
    if (!made.is(KeyFlag.SENSITIVE) || made.isNot(KeyFlag.ALWAYS_SENSITIVE)) {
      return "with a value that can be read";
    }
    if (!made.isNot(KeyFlag.EXTRACTABLE) || made.isNot(KeyFlag.NEVER_EXTRACTABLE)) {
      return "that can be extracted";
    }
    if (made.isNot(KeyFlag.LOCAL) && !misreported.contains(KeyFlag.LOCAL)) {
      return "that was not made in the HSM";
    }
    if (made.isNot(KeyFlag.PRIVATE)) {
      return "that anybody can use without a login";
    }
    return made.bits() != 0 && made.bits() != wanted.bits()
        ? "of " + made.bits() + " bits instead of " + wanted.bits()
        : "";
  }

  private long secret(NewKey wanted, Mechanism generation, long type) {
    try (Arena arena = Arena.ofConfined()) {
      boolean encrypts = wanted.kind() == NewKey.Kind.AES;
      boolean wraps = wanted.kind() == NewKey.Kind.AES_WRAP || (encrypts && wanted.alsoWraps());
      boolean signs = wanted.kind() == NewKey.Kind.HMAC;
      Template template =
          protectedKey(arena, Ck.CKO_SECRET_KEY, type, wanted)
              .with(Ck.CKA_VALUE_LEN, wanted.bits() / 8L)
              .with(Ck.CKA_ENCRYPT, encrypts)
              .with(Ck.CKA_DECRYPT, encrypts)
              .with(Ck.CKA_WRAP, wraps)
              .with(Ck.CKA_UNWRAP, wraps)
              .with(Ck.CKA_SIGN, signs)
              .with(Ck.CKA_VERIFY, signs);
      MemorySegment handle = arena.allocate(JAVA_LONG);
      functions.generateKey(
          session.handle(),
          MechanismParameter.none(arena, generation).mechanism(),
          template,
          handle);
      return handle.get(JAVA_LONG, 0);
    }
  }

  private long pair(NewKey wanted) {
    try (Arena arena = Arena.ofConfined()) {
      Template publicHalf =
          new Template(arena)
              .with(Ck.CKA_CLASS, Ck.CKO_PUBLIC_KEY)
              .with(Ck.CKA_KEY_TYPE, Ck.CKK_RSA)
              .with(Ck.CKA_TOKEN, true)
              .with(Ck.CKA_LABEL, wanted.label())
              .withHex(Ck.CKA_ID, wanted.id())
              .with(Ck.CKA_MODULUS_BITS, (long) wanted.bits())
              .with(Ck.CKA_PUBLIC_EXPONENT, EXPONENT_65537)
              .with(Ck.CKA_ENCRYPT, true)
              .with(Ck.CKA_WRAP, wanted.alsoWraps())
              .with(Ck.CKA_VERIFY, false);
      Template privateHalf =
          protectedKey(arena, Ck.CKO_PRIVATE_KEY, Ck.CKK_RSA, wanted)
              .with(Ck.CKA_DECRYPT, true)
              .with(Ck.CKA_UNWRAP, wanted.alsoWraps())
              .with(Ck.CKA_SIGN, false);
      MemorySegment handles = arena.allocate(JAVA_LONG, 2);
      functions.generateKeyPair(
          session.handle(),
          MechanismParameter.none(arena, Mechanism.RSA_PKCS_KEY_PAIR_GEN).mechanism(),
          publicHalf,
          privateHalf,
          handles);
      return handles.getAtIndex(JAVA_LONG, 1);
    }
  }

  private static Template protectedKey(Arena arena, long keyClass, long type, NewKey wanted) {
    return new Template(arena)
        .with(Ck.CKA_CLASS, keyClass)
        .with(Ck.CKA_KEY_TYPE, type)
        .with(Ck.CKA_TOKEN, true)
        .with(Ck.CKA_PRIVATE, true)
        .with(Ck.CKA_SENSITIVE, true)
        .with(Ck.CKA_EXTRACTABLE, false)
        .with(Ck.CKA_LABEL, wanted.label())
        .withHex(Ck.CKA_ID, wanted.id());
  }
}
