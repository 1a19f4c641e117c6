package strongroom.node;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import strongroom.seal.Seal;
import strongroom.seal.SealRecord;
import strongroom.seal.SealRecord.WrappedKey;
import strongroom.seal.ShamirSeal;
import strongroom.seal.Split;

/**
 * A move from what the seal record says protects the root key to what the configuration asks for.
 * Until it is done the node stays sealed: nothing else may open it, and nothing be guessed.
 *
 * @param from what kind of protection the record is of
 * @param to what the configuration asks for
 * @param record the record
 */
record Migration(Kind from, Protection to, SealRecord record) {

  /** What it takes to unseal. */
  enum Kind {
    SHARES,
    SEALS,
    SEAL_AND_SHARES;

    static Kind of(Protection protection) {
      return switch (protection) {
        case Protection.Shares _ -> SHARES;
        case Protection.ByItself _ -> SEALS;
        case Protection.SealAndShares _ -> SEAL_AND_SHARES;
      };
    }

    static Kind of(SealRecord record) {
      if (record.unsealShares().isEmpty()) {
        return SEALS;
      }
      return record.rootKeys().getFirst().sealType().equals(ShamirSeal.TYPE)
          ? SHARES
          : SEAL_AND_SHARES;
    }
  }

  /**
   * The move that {@code configured} asks for, before anything else can be done with {@code
   * record}. Seals that unseal by themselves need none among each other: the disabled one opens,
   * and the new one gets its copy.
   */
  static Optional<Migration> needed(Protection configured, SealRecord record) {
    Kind from = Kind.of(record);
    boolean same =
        from == Kind.of(configured)
            && !(configured instanceof Protection.SealAndShares both && leaves(both, record));
    return same ? Optional.empty() : Optional.of(new Migration(from, configured, record));
  }

  /** Whether keys have to be wrapped anew to go from {@code now} to {@code next}. */
  static boolean changes(Protection now, Protection next) {
    return Kind.of(now) != Kind.of(next)
        || !Set.copyOf(now.enabled()).equals(Set.copyOf(next.enabled()));
  }

  /** Whether a disabled seal has made what counts, and the enabled one has not. */
  private static boolean leaves(Protection.SealAndShares both, SealRecord record) {
    return record.currentRootKeys().stream().noneMatch(copy -> isBy(copy, both.seal()))
        && both.disabled().stream()
            .anyMatch(seal -> record.currentRootKeys().stream().anyMatch(c -> isBy(c, seal)));
  }

  private static boolean isBy(WrappedKey copy, Seal seal) {
    return copy.isBy(seal.type(), seal.name());
  }

  /** How the key is shared out that decides on the move, and that is shared out after it. */
  Optional<Split> split() {
    return split(from, record);
  }

  /** The same of a record whose kind is {@code from}. */
  static Optional<Split> split(Kind from, SealRecord record) {
    return from == Kind.SEALS ? record.recoveryShares() : record.unsealShares();
  }

  /**
   * What opens the root key now, of the seals that are configured; empty where none of them can.
   */
  Optional<Protection> source() {
    List<String> types = record.currentRootKeys().stream().map(WrappedKey::sealType).toList();
    List<Seal> able = to.all().stream().filter(seal -> types.contains(seal.type())).toList();
    return switch (from) {
      case SHARES -> Optional.of(Protection.byShares());
      case SEALS ->
          able.isEmpty() ? Optional.empty() : Optional.of(new Protection.ByItself(able, List.of()));
      case SEAL_AND_SHARES ->
          able.stream()
              .filter(seal -> record.currentRootKeys().stream().anyMatch(c -> isBy(c, seal)))
              .findFirst()
              .or(() -> able.stream().findFirst())
              .map(seal -> new Protection.SealAndShares(seal, List.of()));
    };
  }

  /** The copy that the key shares opened before the move to seals, where it is kept. */
  Optional<WrappedKey> copyOfShares() {
    return record.rootKeys().stream()
        .filter(copy -> from == Kind.SEALS && copy.sealType().equals(ShamirSeal.TYPE))
        .findFirst();
  }

  /** Why no key shares could make the move as things are. */
  Optional<String> hindrance() {
    if (split().isEmpty()) {
      return Optional.of(
          "the root key is protected by "
              + origin()
              + " and there are no recovery keys that could become the unseal keys: put the"
              + " seal's stanza back without disabled = \"true\"");
    }
    if (source().isEmpty() && copyOfShares().isEmpty()) {
      return Optional.of(
          "the root key is protected by "
              + origin()
              + ", which the configuration does not have: put its stanza back, with disabled ="
              + " \"true\" to move to "
              + to.type());
    }
    return Optional.empty();
  }

  /** What waits, and what to do. */
  String instruction() {
    return hindrance()
        .orElseGet(
            () ->
                "a migration from "
                    + origin()
                    + " to "
                    + to.type()
                    + " is pending: give "
                    + split().map(Split::threshold).orElse(0)
                    + (from == Kind.SEALS ? " recovery keys" : " unseal keys")
                    + " to \"operator unseal -migrate\" (migrate in sys/unseal), or put the"
                    + " configuration back as it was");
  }

  /** {@code key shares}, {@code pkcs11 "hsm-a"}. */
  String origin() {
    String seals =
        record.currentRootKeys().stream()
            .filter(copy -> !copy.sealType().equals(ShamirSeal.TYPE))
            .map(copy -> copy.sealType() + " \"" + copy.sealName() + "\"")
            .collect(Collectors.joining(" or "));
    return switch (from) {
      case SHARES -> "key shares";
      case SEALS -> seals;
      case SEAL_AND_SHARES -> seals + " and key shares";
    };
  }
}
