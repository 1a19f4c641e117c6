package strongroom.node;

import java.util.List;
import java.util.Optional;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.seal.SealRecord;
import strongroom.seal.Split;
import strongroom.secret.SecretBytes;

/**
 * Collects the key shares that unseal a node, or move it to another seal, until there are enough.
 */
final class Unsealing {
  private final NodeParts parts;
  private final StateCell cell;
  private final Opener opener;
  private final WrapKeyCreation wrapKey;
  private final ShareCollector shares;

  Unsealing(NodeParts parts, StateCell cell, Opener opener, WrapKeyCreation wrapKey) {
    this.wrapKey = wrapKey;
    this.parts = parts;
    this.cell = cell;
    this.opener = opener;
    this.shares = new ShareCollector(parts.random());
  }

  ShareCollector.Progress progress() {
    return shares.progress();
  }

  void reset() {
    shares.reset();
  }

  /**
   * Takes a key share, which this closes; does with the last one what they were given for.
   *
   * @param migrate whether they were given to move to another seal
   */
  void add(SecretBytes share, boolean migrate) {
    Optional<Wanted> wanted = wanted(share, migrate);
    if (wanted.isEmpty()) {
      share.close();
      return;
    }
    Split split = wanted.get().split();
    Optional<List<SecretBytes>> all = shares.add(share, split.threshold());
    if (all.isEmpty()) {
      return;
    }
    // A move is recorded, and that lock is taken first.
    cell.ceremony().lock();
    cell.lock().lock();
    try (SecretBytes key = KeyShares.combine(split, all.get())) {
      if (cell.state() instanceof NodeState.Sealed(SealRecord current, Obstacle _)) {
        Optional<Migration> migration = Migration.needed(parts.protection(), current);
        if (migration.isPresent() != migrate) {
          throw Refusal.invalid("the seals were changed meanwhile; give the key shares again");
        }
        if (migration.isPresent()) {
          opener.migrate(current, new Migrator.SharedKey(key, split));
        } else {
          opener.openByShares(current, key);
        }
        wrapKey.make(key, split);
      }
    } finally {
      cell.lock().unlock();
      cell.ceremony().unlock();
      all.get().forEach(SecretBytes::close);
    }
  }

  /** How the key is shared out whose shares are wanted. */
  private record Wanted(Split split) {}

  /** Empty where the node is unsealed already. Closes {@code share} where it refuses it. */
  private Optional<Wanted> wanted(SecretBytes share, boolean migrate) {
    RefusedException refusal;
    switch (cell.state()) {
      case NodeState.Active _, NodeState.Standby _, NodeState.Unsealing _ -> {
        return Optional.empty();
      }
      case NodeState.Sealed(SealRecord record, Obstacle obstacle) -> {
        Optional<Migration> migration = Migration.needed(parts.protection(), record);
        Optional<RefusedException> not = refusal(migration, migrate, obstacle);
        if (not.isEmpty()) {
          return migration.map(Migration::split).orElseGet(record::unsealShares).map(Wanted::new);
        }
        refusal = not.get();
      }
      case NodeState.Uninitialized _ -> refusal = Refusal.invalid("Vault is not initialized");
      case NodeState.Starting(Obstacle obstacle) ->
          refusal = Refusal.unavailable(obstacle.message());
      case NodeState.Damaged(Obstacle obstacle) ->
          refusal = Refusal.unavailable(obstacle.message());
    }
    share.close();
    throw refusal;
  }

  private Optional<RefusedException> refusal(
      Optional<Migration> migration, boolean migrate, Obstacle obstacle) {
    if (migration.isPresent()) {
      Optional<String> hindrance = migration.get().hindrance();
      if (hindrance.isPresent()) {
        return Optional.of(Refusal.invalid("nothing unseals this node: " + hindrance.get()));
      }
      return migrate
          ? Optional.empty()
          : Optional.of(
              Refusal.invalid(
                  "migrate option not provided and seal migration is pending: "
                      + migration.get().instruction()));
    }
    if (migrate) {
      return Optional.of(
          Refusal.invalid(
              "can't perform a seal migration, no migration seal found: what the configuration asks"
                  + " for is what protects the root key"));
    }
    return parts.protection().takesShares()
        ? Optional.empty()
        : Optional.of(
            Refusal.invalid(
                "this node unseals by its seal and takes no key shares; it is sealed because: "
                    + obstacle.message()));
  }
}
