package strongroom.node;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import strongroom.seal.SealRecord;
import strongroom.seal.SealRecord.WrappedKey;
import strongroom.seal.ShamirSeal;

/**
 * Tells which copies a seal record holds.
 *
 * @param header what the header of a seal's copy says; not asked for key shares, which have none
 * @param configured whether there still is such a seal; empty where that is not known
 */
public record SealCopies(
    Function<WrappedKey, Map<String, String>> header,
    Function<WrappedKey, Optional<Boolean>> configured) {
  /** Where storage keeps the record, outside the barrier. */
  public static final String STORED_AT = SealRecords.PATH;

  /**
   * The copies in a record as it is stored.
   *
   * @throws strongroom.seal.SealFault.Data where it is damaged
   */
  public List<SealCopy> read(byte[] stored) {
    return of(SealRecord.fromBytes(stored));
  }

  /** Each copy of the root key, then of the recovery key, newest first. */
  List<SealCopy> of(SealRecord record) {
    List<SealCopy> copies = new ArrayList<>();
    for (WrappedKey key : record.rootKeys()) {
      copies.add(copy(SealCopy.ROOT, key, record.currentRootKeys()));
    }
    for (WrappedKey key : record.recoveryKeys()) {
      copies.add(copy("recovery", key, record.currentRecoveryKeys()));
    }
    return copies;
  }

  private SealCopy copy(String what, WrappedKey key, List<WrappedKey> current) {
    return new SealCopy(
        what,
        key.number(),
        key.sealName(),
        key.sealType(),
        configured.apply(key),
        key.madeAt(),
        sha256(key.wrapped()),
        current.contains(key),
        // Key shares open theirs without any stanza.
        key.sealType().equals(ShamirSeal.TYPE)
            ? Map.of("opened_by", "key shares")
            : header.apply(key));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not to be had from this Java", e);
    }
  }
}
