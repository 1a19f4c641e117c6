package strongroom.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Key pairs that the library in this process works with. */
final class LocalKeyPairs implements KeyPairs {
  private static final int SIGNATURE_BYTES_MAX = 2048;
  private static final long MECHANISM_BYTES = 24;
  private static final long PSS_PARAMS_BYTES = 24;
  private static final byte OCTET_STRING = 4;

  private final LocalToken token;

  LocalKeyPairs(LocalToken token) {
    this.token = token;
  }

  @Override
  public HsmKey generate(NewKeyPair wanted) {
    return token.callReadWrite(
        session -> {
          TokenInfo info = session.connection().slot().token().orElseThrow();
          Set<KeyFlag> misreported =
              token.profile(info).map(VendorProfile::misreported).orElse(Set.of());
          return new KeyPairMaker(session, misreported).make(wanted);
        });
  }

  @Override
  public byte[] sign(HsmKey key, SignMode mode, byte[] input) {
    return token.call(
        session -> {
          try (Arena arena = Arena.ofConfined()) {
            Functions functions = session.functions();
            MemorySegment in = arena.allocateFrom(JAVA_BYTE, input);
            MemorySegment out = arena.allocate(SIGNATURE_BYTES_MAX);
            MemorySegment length = arena.allocateFrom(JAVA_LONG, out.byteSize());
            long handle = new KeyObjects(session).handle(key);
            functions.start(
                Functions.TwoStep.SIGN, session.handle(), mechanism(arena, mode), handle);
            functions.finish(Functions.TwoStep.SIGN, session.handle(), in, out, length);
            long written = length.get(JAVA_LONG, 0);
            if (written <= 0 || written > out.byteSize()) {
              throw new HsmFault.Unsound("the HSM gave a signature of " + written + " bytes");
            }
            return out.asSlice(0, written).toArray(JAVA_BYTE);
          }
        });
  }

  @Override
  public boolean verify(HsmKey key, SignMode mode, byte[] input, byte[] signature) {
    return token.call(
        session -> {
          try (Arena arena = Arena.ofConfined()) {
            Functions functions = session.functions();
            long handle = new KeyObjects(session).handle(key);
            functions.start(
                Functions.TwoStep.VERIFY, session.handle(), mechanism(arena, mode), handle);
            functions.verify(
                session.handle(),
                arena.allocateFrom(JAVA_BYTE, input),
                arena.allocateFrom(JAVA_BYTE, signature));
            return true;
          } catch (HsmFault.Rejected e) {
            if (e.is(Ckr.SIGNATURE_INVALID) || e.is(Ckr.SIGNATURE_LEN_RANGE)) {
              return false;
            }
            throw e;
          }
        });
  }

  @Override
  public PublicPoint publicPoint(HsmKey key) {
    Map<Long, byte[]> parts =
        token.call(
            session -> {
              KeyObjects objects = new KeyObjects(session);
              return objects.attributes(
                  objects.handle(key), List.of(Ck.CKA_EC_PARAMS, Ck.CKA_EC_POINT));
            });
    byte[] parameters = parts.getOrDefault(Ck.CKA_EC_PARAMS, new byte[0]);
    byte[] point = withoutOctetString(parts.getOrDefault(Ck.CKA_EC_POINT, new byte[0]));
    Curve curve =
        Curve.of(parameters)
            .orElseThrow(
                () ->
                    new HsmFault.Missing(
                        key.summary() + " is on none of the curves P256, P384, P521, Ed25519"));
    int coordinate = (curve.bits() + 7) / 8;
    boolean fits =
        curve.edwards()
            ? point.length == coordinate
            : point.length == 2 * coordinate + 1 && point[0] == 4;
    if (!fits) {
      throw new HsmFault.Missing("the HSM does not show the public half of " + key.summary());
    }
    return new PublicPoint(curve, point);
  }

  /** The standard wraps the point into an OCTET STRING; some vendors do not. */
  private static byte[] withoutOctetString(byte[] point) {
    if (point.length < 3 || point[0] != OCTET_STRING) {
      return point;
    }
    int length = Byte.toUnsignedInt(point[1]);
    if (length == point.length - 2) {
      return Arrays.copyOfRange(point, 2, point.length);
    }
    return length == 0x81 && Byte.toUnsignedInt(point[2]) == point.length - 3
        ? Arrays.copyOfRange(point, 3, point.length)
        : point;
  }

  /** {@code CK_MECHANISM}; for PSS with {@code CK_RSA_PKCS_PSS_PARAMS}: hash, mask, salt length. */
  private static MemorySegment mechanism(Arena arena, SignMode mode) {
    if (!(mode instanceof SignMode.Pss(OaepHash hash))) {
      return MechanismParameter.none(arena, mode.mechanism()).mechanism();
    }
    MemorySegment parameter = arena.allocate(PSS_PARAMS_BYTES, 8);
    parameter.set(JAVA_LONG, 0, hash.mechanism());
    parameter.set(JAVA_LONG, 8, hash.maskFunction());
    parameter.set(JAVA_LONG, 16, hash.bytes());
    MemorySegment segment = arena.allocate(MECHANISM_BYTES, 8);
    segment.set(JAVA_LONG, 0, mode.mechanism().number());
    segment.set(ADDRESS, 8, parameter);
    segment.set(JAVA_LONG, 16, parameter.byteSize());
    return segment;
  }
}
