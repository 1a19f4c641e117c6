package strongroom.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A {@code CK_MECHANISM} with its parameter, laid out for the library.
 *
 * @param mechanism the {@code CK_MECHANISM}
 * @param iv where the IV is, for the library to write its own; of no bytes where there is none
 */
record MechanismParameter(MemorySegment mechanism, MemorySegment iv) {
  static final int GCM_TAG_BITS = 128;
  private static final long MECHANISM_BYTES = 24;
  private static final long GCM_PARAMS_BYTES = 48;
  private static final long OAEP_PARAMS_BYTES = 40;

  static MechanismParameter of(Arena arena, CipherMode mode) {
    return switch (mode) {
      case CipherMode.Gcm gcm -> gcm(arena, gcm);
      case CipherMode.CbcPad cbc -> {
        MemorySegment iv = arena.allocateFrom(JAVA_BYTE, cbc.iv());
        yield new MechanismParameter(mechanism(arena, cbc.mechanism(), iv), iv);
      }
      case CipherMode.Oaep oaep -> oaep(arena, oaep);
    };
  }

  static MechanismParameter none(Arena arena, Mechanism mechanism) {
    return new MechanismParameter(
        mechanism(arena, mechanism, MemorySegment.NULL), MemorySegment.NULL);
  }

  /** {@code CK_GCM_PARAMS} of 2.40: IV, its length in bytes and in bits, AAD, its length, tag. */
  private static MechanismParameter gcm(Arena arena, CipherMode.Gcm gcm) {
    MemorySegment iv = arena.allocateFrom(JAVA_BYTE, gcm.iv());
    MemorySegment parameter = arena.allocate(GCM_PARAMS_BYTES, 8);
    parameter.set(ADDRESS, 0, iv);
    parameter.set(JAVA_LONG, 8, gcm.iv().length);
    parameter.set(JAVA_LONG, 16, gcm.iv().length * 8L);
    if (gcm.aad().length > 0) {
      parameter.set(ADDRESS, 24, arena.allocateFrom(JAVA_BYTE, gcm.aad()));
    }
    parameter.set(JAVA_LONG, 32, gcm.aad().length);
    parameter.set(JAVA_LONG, 40, GCM_TAG_BITS);
    return new MechanismParameter(mechanism(arena, gcm.mechanism(), parameter), iv);
  }

  /** {@code CK_RSA_PKCS_OAEP_PARAMS}: hash, mask function, source, source data, its length. */
  private static MechanismParameter oaep(Arena arena, CipherMode.Oaep oaep) {
    MemorySegment parameter = arena.allocate(OAEP_PARAMS_BYTES, 8);
    parameter.set(JAVA_LONG, 0, oaep.hash().mechanism());
    parameter.set(JAVA_LONG, 8, oaep.hash().maskFunction());
    parameter.set(JAVA_LONG, 16, Ck.CKZ_DATA_SPECIFIED);
    return new MechanismParameter(
        mechanism(arena, oaep.mechanism(), parameter), MemorySegment.NULL);
  }

  private static MemorySegment mechanism(
      Arena arena, Mechanism mechanism, MemorySegment parameter) {
    MemorySegment segment = arena.allocate(MECHANISM_BYTES, 8);
    segment.set(JAVA_LONG, 0, mechanism.number());
    segment.set(ADDRESS, 8, parameter);
    segment.set(JAVA_LONG, 16, parameter.byteSize());
    return segment;
  }
}
