package strongroom.node;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.logical.Refusal;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.seal.Split;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;

/**
 * Moves the root key to other seals while the node serves: to those of the configuration that was
 * read last, for a quorum of the holders of the key that decides now. What protects it after has
 * proved itself, and its copies have been opened again and compared, before the one commit that
 * makes them count; the copies before are kept, to go back by. One at a time, and none beside a
 * rotation of a seal's key.
 */
public final class SealMigration {
  private static final Logger log = LoggerFactory.getLogger(SealMigration.class);

  private final NodeParts parts;
  private final StateCell cell;
  private final Quorum quorum;
  private final SealRecords records;
  private final BreakGlassStore breakGlass;
  private final Ceremony ceremony;
  private final Runnable forgetAttempts;
  private final Migrator migrator;
  private final ShareCollector shares;
  private final ReentrantLock one;
  private volatile @Nullable Protection offered;
  private volatile @Nullable Protection previous;

  /** {@code forgetAttempts}: ends what was begun for the holders of the key before. */
  SealMigration(
      NodeParts parts,
      StateCell cell,
      RootKeys rootKeys,
      SealRecords records,
      BreakGlassStore breakGlass,
      Ceremony ceremony,
      Runnable forgetAttempts) {
    this.breakGlass = breakGlass;
    this.ceremony = ceremony;
    this.parts = parts;
    this.cell = cell;
    this.one = cell.sealChange();
    this.quorum = new Quorum(parts, rootKeys);
    this.records = records;
    this.forgetAttempts = forgetAttempts;
    this.migrator = new Migrator(parts);
    this.shares = new ShareCollector(parts.random());
  }

  /**
   * One end of a move.
   *
   * @param type as {@code sys/seal-status} calls it
   * @param seals the names of the enabled seals; empty for key shares
   */
  public record End(String type, List<String> seals) {
    private static End of(Protection protection) {
      return new End(protection.type(), protection.enabled().stream().map(Seal::name).toList());
    }
  }

  /**
   * How far it is.
   *
   * @param from what protects the root key
   * @param to what the configuration asks for; empty where that is the same
   * @param threshold how many shares it takes of the key that decides now; 0 for none
   * @param shares how many there are
   * @param progress how many have been given
   */
  public record Status(End from, Optional<End> to, int threshold, int shares, int progress) {}

  /**
   * What a seal says to a dry run.
   *
   * @param source whether it protects the root key now
   * @param good whether it wrapped and unwrapped, or lacks only a key that will be made
   * @param message what it said
   */
  public record Proof(String seal, String type, boolean source, boolean good, String message) {}

  /**
   * What holds the configuration, where that is another than before; empty where it is the same.
   */
  void offer(Optional<Protection> configured) {
    offered = configured.orElse(null);
    shares.reset();
  }

  /** How far it is now. */
  public Status status() {
    SealRecord record = cell.requireActive().unsealed().record();
    Optional<Split> split = Migration.split(Migration.Kind.of(record), record);
    return new Status(
        End.of(parts.protection()),
        target().map(End::of),
        split.map(Split::threshold).orElse(0),
        split.map(Split::shares).orElse(0),
        shares.progress().count());
  }

  /**
   * What a dry run has found.
   *
   * @param possible whether the shares would move it: every seal that it goes to is good, and of
   *     those that it leaves at least one, which tells whether the shares are right
   * @param hindrance what forbids it, whatever the seals say; empty where nothing does
   */
  public record Trial(List<Proof> proofs, boolean possible, Optional<String> hindrance) {
    /** Keeps a copy. */
    public Trial {
      proofs = List.copyOf(proofs);
    }
  }

  /** Asks every seal that would take part, and changes nothing. */
  public Trial dryRun() {
    Protection to = requireTarget();
    Status status = status();
    List<Proof> left = parts.protection().enabled().stream().map(s -> proof(s, true)).toList();
    List<Proof> taken = to.enabled().stream().map(seal -> proof(seal, false)).toList();
    boolean checksShares =
        left.isEmpty() || status.threshold() == 0 || left.stream().anyMatch(Proof::good);
    Optional<String> hindrance = hindrance();
    return new Trial(
        Stream.concat(left.stream(), taken.stream()).toList(),
        hindrance.isEmpty() && checksShares && taken.stream().allMatch(Proof::good),
        hindrance);
  }

  private static Proof proof(Seal seal, boolean source) {
    try {
      seal.prove(false);
      return new Proof(
          seal.name(), seal.type(), source, true, "wrapped and unwrapped random bytes");
    } catch (SealFault.KeyToBeMade e) {
      return new Proof(
          seal.name(), seal.type(), source, !source, "the key will be made: " + e.getMessage());
    } catch (SealFault e) {
      return new Proof(seal.name(), seal.type(), source, false, String.valueOf(e.getMessage()));
    }
  }

  /** Why the move cannot be made, whatever shares are given; empty where nothing is known. */
  private Optional<String> hindrance() {
    SealRecord record = cell.requireActive().unsealed().record();
    boolean none = Migration.split(Migration.Kind.of(record), record).isEmpty();
    return target()
        .filter(to -> none && to.takesShares())
        .map(
            _ ->
                "there are no recovery keys that could become the unseal keys: the installation"
                    + " was initialized with recovery_shares=0");
  }

  /** Forgets the shares given so far. */
  public void reset() {
    shares.reset();
  }

  /**
   * Takes a share of the key that decides now, and moves with the last one.
   *
   * @param share which this closes; empty where there is no such key
   * @return how it stands: without {@code to} where the move is done
   * @throws strongroom.logical.RefusedException where there is nothing to move to, shares are wrong
   *     or a seal fails: nothing has changed then
   */
  public Status update(Optional<SecretBytes> share) {
    one.lock();
    try {
      Protection to = requireTarget();
      NodeState.Active active = cell.requireActive();
      SealRecord record = active.unsealed().record();
      hindrance().ifPresent(why -> refuse(why));
      Optional<Split> split = Migration.split(Migration.Kind.of(record), record);
      if (split.isEmpty()) {
        move(active, to, Optional.empty());
        return status();
      }
      Optional<List<SecretBytes>> all =
          shares.add(
              share.map(SecretBytes::copy).orElseThrow(() -> noShare(split.get())),
              split.get().threshold());
      if (all.isPresent()) {
        moveBy(all.get(), split.get(), active, to);
      }
      return status();
    } finally {
      share.ifPresent(SecretBytes::close);
      one.unlock();
    }
  }

  private void moveBy(List<SecretBytes> all, Split split, NodeState.Active active, Protection to) {
    try {
      quorum.check(active, all);
      try (SecretBytes key = KeyShares.combine(split, all)) {
        move(active, to, Optional.of(new Migrator.SharedKey(key, split)));
      }
    } finally {
      all.forEach(SecretBytes::close);
    }
  }

  private static void refuse(String why) {
    throw Refusal.invalid("not migrated: " + why);
  }

  private static RuntimeException noShare(Split split) {
    return Refusal.invalid(
        "a migration takes " + split.threshold() + " key shares; give them one by one as 'key'");
  }

  private void move(NodeState.Active active, Protection to, Optional<Migrator.SharedKey> shared) {
    Optional<Protection> wanted = target();
    Protection from = parts.protection();
    SealRecord before = active.unsealed().record();
    SealRecord next;
    try (SecretBytes rootKey = active.unsealed().barrier().copyRootKey()) {
      next = migrator.protect(to, before, rootKey, shared);
    } catch (SealFault e) {
      log.warn("not migrated to {}: {}", to.type(), e.getMessage());
      throw SealRefusal.of("not migrated to " + to.type() + ", all is as before: ", e);
    }
    forgetAttempts.run();
    ceremony.record(
        () -> Ceremony.moved(Migration.Kind.of(before), to),
        batch -> commit(before, next, new Wanted(to, wanted), batch));
    breakGlass.follow(active.unsealed().barrier(), next, shared.map(Migrator.SharedKey::key));
    previous = from;
    forgetAttempts.run();
    log.info("the root key moved from {} to {}", from.type(), to.type());
  }

  /** Where a move goes, and what the configuration asked for when it began. */
  private record Wanted(Protection to, Optional<Protection> configured) {}

  private void commit(SealRecord before, SealRecord next, Wanted wanted, Batch batch) {
    cell.lock().lock();
    try {
      NodeState.Active active = cell.requireActive();
      if (!Arrays.equals(active.unsealed().record().toBytes(), before.toBytes())) {
        throw Refusal.unavailable(
            "not migrated, all is as before: a key was replaced meanwhile; start again");
      }
      if (!wanted.configured().equals(target())) {
        throw Refusal.unavailable(
            "not migrated, all is as before: another configuration was read meanwhile; start"
                + " again");
      }
      records.replace(next, batch);
      parts.protectionCell().set(wanted.to());
      cell.set(active.with(next));
      offered = null;
    } finally {
      cell.lock().unlock();
    }
  }

  /**
   * Goes back to what protected the root key before the last move, without asking for shares: the
   * copy from then must open, hold the present root key, and be of the key that is shared out now.
   *
   * @throws strongroom.logical.RefusedException where there is no such copy: nothing has changed
   */
  public Status rollback() {
    one.lock();
    try {
      NodeState.Active active = cell.requireActive();
      Protection now = parts.protection();
      KeptCopies kept = new KeptCopies(active.unsealed().record(), known(), migrator);
      Protection to = kept.protection();
      Barrier barrier = active.unsealed().barrier();
      try {
        if (kept.split().isEmpty() && !to.takesShares()) {
          kept.verify(to, Optional.empty(), barrier);
          move(active, to, Optional.empty());
        } else {
          rollback(kept, active, now, to);
        }
      } catch (SealFault e) {
        throw Refusal.invalid("not rolled back, all is as before: " + e.getMessage());
      }
      offered = now;
      return status();
    } finally {
      one.unlock();
    }
  }

  private void rollback(KeptCopies kept, NodeState.Active active, Protection now, Protection to) {
    Barrier barrier = active.unsealed().barrier();
    try (SecretBytes key = kept.sharedKey(now, barrier)) {
      kept.verify(to, Optional.of(key), barrier);
      move(active, to, kept.split().map(split -> new Migrator.SharedKey(key, split)));
    }
  }

  /** Every seal that this node has known: a move must not lose the way back. */
  private List<Seal> known() {
    return Stream.of(
            Optional.of(parts.protection()),
            Optional.ofNullable(offered),
            Optional.ofNullable(previous))
        .flatMap(Optional::stream)
        .flatMap(protection -> protection.all().stream())
        .distinct()
        .toList();
  }

  private Optional<Protection> target() {
    return Optional.ofNullable(offered);
  }

  private Protection requireTarget() {
    return target()
        .orElseThrow(
            () ->
                Refusal.invalid(
                    "the configuration asks for no other seal than "
                        + parts.protection().type()
                        + ", which protects the root key: change the seal stanza, send SIGHUP, and"
                        + " try again"));
  }
}
