package strongroom.node;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.ceremony.CeremonyEvent;
import strongroom.ceremony.CeremonyKind;
import strongroom.seal.Split;
import strongroom.secret.SecretBytes;

/**
 * Gives an installation from before seal wrap its wrap key: with a new root key, which takes the
 * old one's place in one commit. While that fails the node serves as before, and nothing is sealed
 * twice.
 */
final class WrapKeyCreation {
  private static final Logger log = LoggerFactory.getLogger(WrapKeyCreation.class);
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final NodeParts parts;
  private final StateCell cell;
  private final KeyReplacement replacement;
  private final SealRewrap rewrap;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile Instant next = Instant.MIN;

  WrapKeyCreation(NodeParts parts, StateCell cell, KeyReplacement replacement, SealRewrap rewrap) {
    this.parts = parts;
    this.cell = cell;
    this.replacement = replacement;
    this.rewrap = rewrap;
  }

  /** Makes it on a thread of its own where seals alone protect the root key and it is time to. */
  void makeWhenDue() {
    if (isMissing()
        && !parts.protection().takesShares()
        && !parts.clock().instant().isBefore(next)
        && running.compareAndSet(false, true)) {
      Thread.ofVirtual().name("wrap-key").start(this::makeBySeals);
    }
  }

  private void makeBySeals() {
    // A rotation or a migration wraps the root key that there is, and goes first.
    boolean mine = cell.sealChange().tryLock();
    try {
      if (mine) {
        make(Optional.empty(), Optional.empty());
      }
    } finally {
      if (mine) {
        cell.sealChange().unlock();
      }
      next = parts.clock().instant().plus(PAUSE);
      running.set(false);
    }
  }

  /** Makes it where it takes key shares, which are at hand when they have unsealed the node. */
  void make(SecretBytes unsealKey, Split split) {
    if (parts.protection().takesShares()) {
      make(Optional.of(unsealKey), Optional.of(split));
    }
  }

  private void make(Optional<SecretBytes> unsealKey, Optional<Split> split) {
    if (!isMissing()) {
      return;
    }
    try {
      replacement.replaceRootKey(
          CeremonyEvent.of(CeremonyKind.ROTATE_ROOT_KEY).with("reason", "its first wrap key"),
          unsealKey,
          split);
      log.info("the root key was replaced by one with a wrap key: seal wrap works from now on");
      rewrap.start();
    } catch (RuntimeException e) {
      log.warn("there is no wrap key yet, and nothing is sealed twice: {}", e.getMessage());
    }
  }

  private boolean isMissing() {
    return cell.state() instanceof NodeState.Active active
        && !active.unsealed().barrier().hasWrapKey();
  }
}
