package strongroom.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.barrier.Barrier;
import strongroom.logical.Refusal;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.seal.SealRecord.WrappedKey;
import strongroom.seal.ShamirSeal;
import strongroom.seal.Split;
import strongroom.secret.SecretBytes;

/**
 * The copies of the root key from before the last move to another kind of protection.
 *
 * @param record the record that holds them
 * @param known the seals that this node could ask
 * @param migrator what opens them
 */
record KeptCopies(SealRecord record, List<Seal> known, Migrator migrator) {

  private List<WrappedKey> before() {
    List<WrappedKey> older =
        record.rootKeys().stream().filter(copy -> copy.number() < record.rootNumber()).toList();
    return older.stream().filter(copy -> copy.number() == older.getFirst().number()).toList();
  }

  /** What made them. */
  Protection protection() {
    List<WrappedKey> before = before();
    if (before.isEmpty()) {
      throw Refusal.invalid("not rolled back: no copy is kept from before a migration");
    }
    List<Seal> enabled =
        known.stream()
            .filter(seal -> before.stream().anyMatch(c -> c.isBy(seal.type(), seal.name())))
            .toList();
    if (enabled.isEmpty() && !before.getFirst().sealType().equals(ShamirSeal.TYPE)) {
      throw Refusal.invalid(
          "not rolled back: "
              + before.getFirst()
              + " is of a seal that the configuration does not have: put its stanza back, with"
              + " disabled = \"true\", and send SIGHUP");
    }
    List<Seal> disabled = new ArrayList<>(known);
    disabled.removeAll(enabled);
    return Protection.of(enabled, disabled);
  }

  /** How the key is shared out that is shared out now; empty where there is none. */
  Optional<Split> split() {
    return Migration.split(Migration.Kind.of(record), record);
  }

  /**
   * The key that is shared out now; the caller closes it.
   *
   * @throws SealFault where no seal yields it
   */
  SecretBytes sharedKey(Protection now, Barrier barrier) {
    if (split().isEmpty() || record.recoveryKeys().isEmpty() || known.isEmpty()) {
      throw Refusal.invalid(
          "not rolled back: no seal keeps the key whose shares were given out; migrate back with"
              + " these");
    }
    SecretBytes key = migrator.keptSharedKey(record, known);
    try {
      if (!now.takesShares() || migrator.opens(now, record.rootKeys().getFirst(), key, barrier)) {
        return key;
      }
    } catch (RuntimeException e) {
      key.close();
      throw e;
    }
    key.close();
    throw Refusal.invalid(
        "not rolled back: the key shares were replaced after the migration; migrate back with"
            + " them");
  }

  /**
   * Refuses unless a copy of {@code to} opens and holds the present root key.
   *
   * @param key what the shares combine to that {@code to} takes
   */
  void verify(Protection to, Optional<SecretBytes> key, Barrier barrier) {
    for (WrappedKey copy : before()) {
      if (copy.sealType().equals(ShamirSeal.TYPE) == to.enabled().isEmpty()
          && (to.takesShares()
              ? migrator.opens(to, copy, key.orElseThrow(), barrier)
              : opensBySeal(to, copy, barrier))) {
        return;
      }
    }
    throw Refusal.invalid(
        "not rolled back: the root key, or the key shares, were replaced after the migration;"
            + " migrate back with the key shares");
  }

  private static boolean opensBySeal(Protection to, WrappedKey copy, Barrier barrier) {
    Seal seal =
        to.enabled().stream()
            .filter(one -> copy.isBy(one.type(), one.name()))
            .findFirst()
            .orElse(to.enabled().getFirst());
    try (SecretBytes rootKey = seal.unwrap(Seal.Purpose.ROOT_KEY, copy.wrapped())) {
      return barrier.isRootKey(rootKey);
    }
  }
}
