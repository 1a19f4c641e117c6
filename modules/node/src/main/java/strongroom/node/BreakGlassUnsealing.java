package strongroom.node;

import java.util.List;
import java.util.Optional;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.seal.BreakGlassCopy;
import strongroom.seal.SealRecord;
import strongroom.secret.SecretBytes;

/**
 * The use of break-glass shares: unseals a sealed node without its seal. Wrong shares are told
 * apart by nothing, and change nothing.
 */
public final class BreakGlassUnsealing {
  private final NodeParts parts;
  private final StateCell cell;
  private final BreakGlassStore store;
  private final Opener opener;
  private final Ceremony ceremony;
  private final ShareCollector collected;

  BreakGlassUnsealing(
      NodeParts parts, StateCell cell, BreakGlassStore store, Opener opener, Ceremony ceremony) {
    this.ceremony = ceremony;
    this.parts = parts;
    this.cell = cell;
    this.store = store;
    this.opener = opener;
    this.collected = new ShareCollector(parts.random());
  }

  /**
   * How far it is.
   *
   * @param sealed whether the node is sealed
   * @param nonce names this unsealing, empty text before the first share
   * @param threshold how many shares it takes; 0 where the node is unsealed
   * @param shares how many there are
   * @param progress how many different ones have been given
   */
  public record Step(boolean sealed, String nonce, int threshold, int shares, int progress) {}

  /** How far it is, from memory. */
  public Step status() {
    if (!(cell.state() instanceof NodeState.Sealed)) {
      return new Step(cell.state() instanceof NodeState.Unsealing, "", 0, 0, 0);
    }
    BreakGlassCopy copy = BreakGlass.required(store.known());
    ShareCollector.Progress now = collected.progress();
    return new Step(
        true, now.nonce(), copy.split().threshold(), copy.split().shares(), now.count());
  }

  /**
   * Takes a share, which this closes, and unseals with the last one.
   *
   * @param actor who asks, for the log
   * @throws RefusedException where the node is not sealed, there is no copy, or the shares turn out
   *     wrong, which forgets all
   */
  public Step give(SecretBytes share, String actor) {
    BreakGlassCopy copy;
    try {
      requireSealed();
      copy = BreakGlass.required(store.refresh());
    } catch (RuntimeException e) {
      share.close();
      throw e;
    }
    int threshold = copy.split().threshold();
    Optional<List<SecretBytes>> all = collected.add(share, threshold);
    BreakGlass.log.warn(
        "break-glass: event=share_given_to_unseal progress={} threshold={} actor=\"{}\"",
        all.isPresent() ? threshold : collected.progress().count(),
        threshold,
        actor);
    if (all.isPresent()) {
      try {
        unseal(copy, all.get(), actor);
      } finally {
        all.get().forEach(SecretBytes::close);
      }
    }
    return status();
  }

  private void requireSealed() {
    switch (cell.state()) {
      case NodeState.Sealed _, NodeState.Unsealing _ -> {}
      case NodeState.Active _, NodeState.Standby _ ->
          throw Refusal.invalid("the node is unsealed already: no break-glass share is needed");
      case NodeState.Uninitialized _ -> throw Refusal.invalid("Vault is not initialized");
      case NodeState.Starting(Obstacle obstacle) -> throw Refusal.unavailable(obstacle.message());
      case NodeState.Damaged(Obstacle obstacle) -> throw Refusal.unavailable(obstacle.message());
    }
  }

  private void unseal(BreakGlassCopy copy, List<SecretBytes> shares, String actor) {
    Optional<SecretBytes> found = BreakGlass.rootKey(copy, shares);
    if (found.isEmpty()) {
      throw wrong(actor);
    }
    // A move to another kind of seal is recorded, and that lock is taken first.
    cell.ceremony().lock();
    cell.lock().lock();
    try (SecretBytes rootKey = found.get()) {
      if (cell.state() instanceof NodeState.Sealed(SealRecord record, Obstacle before)) {
        requireNoMoveToShares(record);
        opener.openByBreakGlass(record, before, rootKey);
        BreakGlass.log.warn(
            "break-glass: event=unsealed actor=\"{}\": THE ROOT KEY WAS OPENED WITHOUT ITS SEAL;"
                + " give the node a seal that works, then make new break-glass shares",
            actor);
      }
    } catch (WrongSharesException e) {
      throw wrong(actor);
    } finally {
      cell.lock().unlock();
      cell.ceremony().unlock();
    }
    record(actor);
  }

  /** The node serves whether it can be recorded or not. */
  private void record(String actor) {
    if (cell.state() instanceof NodeState.Active) {
      try {
        ceremony.record(BreakGlass.event("unsealed", actor));
      } catch (RuntimeException e) {
        BreakGlass.log.error("break-glass: its use could not be recorded: {}", e.getMessage());
      }
    }
  }

  /** Key shares cannot be made out of break-glass shares: the root key would be in no keeping. */
  private void requireNoMoveToShares(SealRecord record) {
    Optional<Migration> move = Migration.needed(parts.protection(), record);
    if (move.isPresent() && parts.protection().takesShares()) {
      throw Refusal.invalid(
          "not unsealed: the root key is protected by "
              + move.get().origin()
              + " and the configuration asks for "
              + parts.protection().type()
              + ": put a stanza of a seal that unseals by itself into it, even of the lost one,"
              + " unseal by break-glass, and move then (operator seal migrate)");
    }
  }

  private static RefusedException wrong(String actor) {
    BreakGlass.log.warn("break-glass: event=wrong_shares actor=\"{}\"", actor);
    return Refusal.invalid(
        "not unsealed: the shares are not the right ones, or not all of one set; progress starts"
            + " anew");
  }

  /** Forgets the shares given so far. */
  public void reset() {
    collected.reset();
  }
}
