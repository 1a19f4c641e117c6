package strongroom.hsm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;

/** Makes key pairs in an HSM token and reads back whether they are what was asked for. */
final class KeyPairMaker {
  private static final byte[] EXPONENT_65537 = {1, 0, 1};

  private final Session session;
  private final Functions functions;
  private final Set<KeyFlag> misreported;

  /**
   * {@code session} must be read-write.
   *
   * @param misreported flags that this token tells wrongly of the keys that it makes
   */
  KeyPairMaker(Session session, Set<KeyFlag> misreported) {
    this.session = session;
    this.misreported = misreported;
    functions = session.functions();
  }

  /**
   * Makes {@code wanted} and tells of the private half.
   *
   * @throws HsmFault.Unsound where the token made something less safe, which is destroyed again
   */
  HsmKey make(NewKeyPair wanted) {
    long[] handles = generate(wanted);
    HsmKey made =
        new KeyObjects(session)
            .read(handles[1])
            .orElseThrow(
                () -> new HsmFault.Unsound("the token does not show the key that it made"));
    boolean sound =
        made.is(KeyFlag.SENSITIVE)
            && made.isNot(KeyFlag.EXTRACTABLE)
            && !made.isNot(KeyFlag.ALWAYS_SENSITIVE)
            && !made.isNot(KeyFlag.NEVER_EXTRACTABLE)
            && !made.isNot(KeyFlag.TOKEN)
            && (!made.isNot(KeyFlag.LOCAL) || misreported.contains(KeyFlag.LOCAL))
            && !made.isNot(KeyFlag.PRIVATE);
    boolean sized = !made.rsa() || made.bits() == 0 || made.bits() == wanted.bits();
    if (!sound || !sized) {
      functions.destroyObject(session.handle(), handles[0]);
      functions.destroyObject(session.handle(), handles[1]);
      throw new HsmFault.Unsound(
          "the token made key "
              + made.summary()
              + " of another size, or less protected, than was asked for; it was destroyed again");
    }
    return made;
  }

  private long[] generate(NewKeyPair wanted) {
    if (wanted.curve().isEmpty()) {
      return generate(wanted, new byte[0]);
    }
    List<byte[]> names = wanted.curve().get().parameters();
    for (int i = 0; i < names.size() - 1; i++) {
      try {
        return generate(wanted, names.get(i));
      } catch (HsmFault.Rejected e) {
        if (e.remedy() != Remedy.DATA && e.remedy() != Remedy.CONFIGURATION) {
          throw e;
        }
        // Libraries differ in the name by which they know the curve.
      }
    }
    return generate(wanted, names.getLast());
  }

  private long[] generate(NewKeyPair wanted, byte[] curve) {
    boolean signs = wanted.use() == NewKeyPair.Use.SIGN;
    long type =
        wanted.curve().map(c -> c.edwards() ? Ck.CKK_EC_EDWARDS : Ck.CKK_EC).orElse(Ck.CKK_RSA);
    try (Arena arena = Arena.ofConfined()) {
      Template publicHalf =
          half(arena, Ck.CKO_PUBLIC_KEY, type, wanted)
              .with(Ck.CKA_VERIFY, signs)
              .with(Ck.CKA_ENCRYPT, !signs);
      if (wanted.curve().isPresent()) {
        publicHalf.with(Ck.CKA_EC_PARAMS, curve);
      } else {
        publicHalf
            .with(Ck.CKA_MODULUS_BITS, (long) wanted.bits())
            .with(Ck.CKA_PUBLIC_EXPONENT, EXPONENT_65537);
      }
      Template privateHalf =
          half(arena, Ck.CKO_PRIVATE_KEY, type, wanted)
              .with(Ck.CKA_PRIVATE, true)
              .with(Ck.CKA_SENSITIVE, true)
              .with(Ck.CKA_EXTRACTABLE, false)
              .with(Ck.CKA_SIGN, signs)
              .with(Ck.CKA_DECRYPT, !signs)
              .with(Ck.CKA_UNWRAP, false);
      MemorySegment handles = arena.allocate(JAVA_LONG, 2);
      functions.generateKeyPair(
          session.handle(),
          MechanismParameter.none(arena, generation(wanted)).mechanism(),
          publicHalf,
          privateHalf,
          handles);
      return handles.toArray(JAVA_LONG);
    }
  }

  private static Mechanism generation(NewKeyPair wanted) {
    return wanted
        .curve()
        .map(c -> c.edwards() ? Mechanism.EC_EDWARDS_KEY_PAIR_GEN : Mechanism.EC_KEY_PAIR_GEN)
        .orElse(Mechanism.RSA_PKCS_KEY_PAIR_GEN);
  }

  private static Template half(Arena arena, long keyClass, long type, NewKeyPair wanted) {
    return new Template(arena)
        .with(Ck.CKA_CLASS, keyClass)
        .with(Ck.CKA_KEY_TYPE, type)
        .with(Ck.CKA_TOKEN, true)
        .with(Ck.CKA_LABEL, wanted.label())
        .withHex(Ck.CKA_ID, wanted.id());
  }
}
