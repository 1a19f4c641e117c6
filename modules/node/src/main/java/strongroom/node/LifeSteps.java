package strongroom.node;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.seal.SealRecord;

/** What the life loop may do, each step under the state's lock. */
final class LifeSteps {
  private static final Logger log = LoggerFactory.getLogger(LifeSteps.class);

  private final NodeParts parts;
  private final StateCell cell;
  private final Opener opener;
  private final Reopening reopening;
  private final List<Runnable> catchUps;

  /** {@code catchUps}: each starts, where it is time to, what has been left undone. */
  LifeSteps(
      NodeParts parts,
      StateCell cell,
      Opener opener,
      Reopening reopening,
      List<Runnable> catchUps) {
    this.reopening = reopening;
    this.parts = parts;
    this.cell = cell;
    this.opener = opener;
    this.catchUps = List.copyOf(catchUps);
  }

  NodeState state() {
    return cell.state();
  }

  void look() {
    locked(opener::look);
  }

  void unsealByItself() {
    locked(
        () -> {
          if (cell.state() instanceof NodeState.Sealed(SealRecord record, Obstacle obstacle)
              && obstacle.kind().passing()
              && !parts.protection().takesShares()
              && Migration.needed(parts.protection(), record).isEmpty()) {
            opener.openByItself(record);
          }
        });
  }

  void followLeadership() {
    boolean changes =
        switch (cell.state()) {
          case NodeState.Active _ -> !parts.leadership().isLeader();
          case NodeState.Standby _ -> true;
          case NodeState.Starting _,
              NodeState.Uninitialized _,
              NodeState.Sealed _,
              NodeState.Unsealing _,
              NodeState.Damaged _ ->
              false;
        };
    if (Reopening.isDue(cell.state())) {
      locked(reopening::runWhenDue);
    } else if (changes) {
      locked(opener::followLeadership);
    }
  }

  /** Starts what is to be made up for, each on a thread of its own. */
  void catchUp() {
    catchUps.forEach(Runnable::run);
  }

  void rotateWhenOld() {
    if (cell.state() instanceof NodeState.Active active
        && active.unsealed().barrier().rotateWhenOld()) {
      log.info("rotated the data key, which had reached its age");
    }
  }

  private void locked(Runnable step) {
    cell.lock().lock();
    try {
      step.run();
    } finally {
      cell.lock().unlock();
    }
  }
}
