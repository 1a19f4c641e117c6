package strongroom.node;

import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.seal.SealRecord;
import strongroom.secret.SecretBytes;

/**
 * Has a node begin anew where something else is in the place of all that was stored. The caller
 * holds the state's lock, always.
 */
final class Reopening {
  private static final Logger log = LoggerFactory.getLogger(Reopening.class);

  private final NodeParts parts;
  private final StateCell cell;
  private final Opener opener;
  private final BarrierOpening opening;

  Reopening(NodeParts parts, StateCell cell, Opener opener, BarrierOpening opening) {
    this.parts = parts;
    this.cell = cell;
    this.opener = opener;
    this.opening = opening;
  }

  /** Whether what {@code state} has open was made of what is not stored any more. */
  static boolean isDue(NodeState state) {
    return switch (state) {
      case NodeState.Active active -> active.unsealed().barrier().isOutdated();
      case NodeState.Standby standby -> standby.unsealed().barrier().isOutdated();
      case NodeState.Sealed _,
          NodeState.Unsealing _,
          NodeState.Starting _,
          NodeState.Uninitialized _,
          NodeState.Damaged _ ->
          false;
    };
  }

  /** Does what {@link #isDue}, where it is. */
  void runWhenDue() {
    if (isDue(cell.state())) {
      run();
    }
  }

  /**
   * Closes services and keys and reads storage as after a start. Where key shares unseal and the
   * root key is the same, the node is unsealed by it again.
   */
  void run() {
    switch (cell.state()) {
      case NodeState.Active active -> {
        active.service().close();
        reopen(active.unsealed());
      }
      case NodeState.Standby standby -> reopen(standby.unsealed());
      case NodeState.Sealed _,
          NodeState.Unsealing _,
          NodeState.Starting _,
          NodeState.Uninitialized _,
          NodeState.Damaged _ -> {}
    }
  }

  private void reopen(Unsealed before) {
    log.info("all that is stored was replaced: the node begins anew");
    try (SecretBytes rootKey = before.barrier().copyRootKey()) {
      opener.leave(before);
      Instant now = parts.clock().instant();
      String why = "a snapshot was restored, and storage has not been read since";
      cell.set(new NodeState.Starting(new Obstacle(Obstacle.Kind.STARTING, why, now)));
      opener.look();
      if (parts.protection().takesShares()
          && cell.state() instanceof NodeState.Sealed(SealRecord record, Obstacle _)) {
        opener.open(record, found -> Optional.of(opening.byRootKey(found, rootKey)));
      }
    } catch (WrongSharesException e) {
      if (cell.state() instanceof NodeState.Unsealing(SealRecord record, Obstacle _)) {
        opener.sealedAtFirst(record);
      }
    }
  }
}
