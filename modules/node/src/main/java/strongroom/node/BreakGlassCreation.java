package strongroom.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import strongroom.logical.Refusal;
import strongroom.logical.Uuids;
import strongroom.seal.BreakGlassCopy;
import strongroom.seal.SealRecord;
import strongroom.seal.ShamirSeal;
import strongroom.seal.Split;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;

/**
 * Makes a break-glass copy and hands out its shares. It takes a quorum of the key holders there are
 * besides a token, a root token too: the copy is a second way to the root key, which no token has
 * by itself. An installation without recovery keys has no quorum to ask, and takes a root token.
 * One at a time; guarded by itself, and takes the state's lock after that.
 */
public final class BreakGlassCreation {
  private final NodeParts parts;
  private final StateCell cell;
  private final BreakGlassStore store;
  private final Quorum quorum;
  private final RootKeys rootKeys;
  private final Ceremony ceremony;
  private @Nullable Attempt attempt;

  BreakGlassCreation(
      NodeParts parts,
      StateCell cell,
      BreakGlassStore store,
      Quorum quorum,
      RootKeys rootKeys,
      Ceremony ceremony) {
    this.ceremony = ceremony;
    this.parts = parts;
    this.cell = cell;
    this.store = store;
    this.quorum = quorum;
    this.rootKeys = rootKeys;
  }

  private record Attempt(String nonce, SharePlan plan, ShareCollector shares) {}

  /** How far it is. */
  public synchronized RekeyStep.Status status() {
    int required = present(cell.requireActive()).map(Split::threshold).orElse(0);
    Attempt now = attempt;
    if (now == null) {
      return new RekeyStep.Status(false, "", 0, 0, 0, required, List.of(), false, false, "");
    }
    Split split = now.plan().split();
    return new RekeyStep.Status(
        true,
        now.nonce(),
        split.threshold(),
        split.shares(),
        now.shares().progress().count(),
        required,
        split.pgpFingerprints(),
        false,
        false,
        "");
  }

  private Optional<Split> present(NodeState.Active active) {
    SealRecord record = active.unsealed().record();
    return parts.protection().takesShares() ? record.unsealShares() : record.recoveryShares();
  }

  /**
   * Begins, or hands out the shares at once where there is no quorum to ask and the caller is root.
   *
   * @param request how many shares, how many of them open, and for whom to encrypt them
   * @param root whether the caller's token has the root policy
   * @param actor who asks, for the log
   */
  public synchronized RekeyStep start(RekeyRequest request, boolean root, String actor) {
    NodeState.Active active = cell.requireActive();
    if (attempt != null) {
      throw Refusal.invalid("a break-glass copy is being made already; cancel that first");
    }
    SharePlan plan =
        SharePlan.of(
            "secret",
            "pgp_keys",
            request.shares(),
            request.threshold(),
            request.pgpKeys(),
            parts.clock().instant());
    if (present(active).isEmpty()) {
      if (!root) {
        throw Refusal.denied(
            "this installation has no recovery keys, a quorum of which a break-glass copy takes:"
                + " without them it takes a root token");
      }
      return handOut(new Attempt("", plan, new ShareCollector(parts.random())), actor);
    }
    attempt = new Attempt(Uuids.random(parts.random()), plan, new ShareCollector(parts.random()));
    BreakGlass.log.warn("break-glass: event=creation_started actor=\"{}\"", actor);
    return status();
  }

  /** Takes one of the present key shares, which this closes; the last one hands out new ones. */
  public synchronized RekeyStep update(SecretBytes share, String nonce, String actor) {
    Attempt now = attempt;
    if (now == null || !now.nonce().equals(nonce)) {
      share.close();
      throw now == null
          ? Refusal.invalid("no break-glass copy is being made")
          : Refusal.invalid("incorrect nonce supplied; nonce for this operation is " + now.nonce());
    }
    NodeState.Active active = cell.requireActive();
    int required = quorum.split(active.unsealed().record()).threshold();
    Optional<List<SecretBytes>> all = now.shares().add(share, required);
    if (all.isEmpty()) {
      return status();
    }
    try {
      quorum.check(active, all.get());
    } finally {
      all.get().forEach(SecretBytes::close);
    }
    RekeyStep.Done done = handOut(now, actor);
    attempt = null;
    return done;
  }

  private RekeyStep.Done handOut(Attempt now, String actor) {
    List<RekeyStep.Done> done = new ArrayList<>(1);
    ceremony.record(
        () -> KeyShares.told(BreakGlass.event("created", actor), "break_glass", now.plan().split()),
        batch -> done.add(handOut(now, actor, batch)));
    return done.getFirst();
  }

  private RekeyStep.Done handOut(Attempt now, String actor, Batch batch) {
    cell.lock().lock();
    try (SecretBytes key = SecretBytes.random(ShamirSeal.KEY_LENGTH, parts.random())) {
      NodeState.Active active = cell.requireActive();
      Split split = now.plan().split();
      List<KeyShare> shares = KeyShares.issue(key, now.plan(), parts.random());
      BreakGlassCopy copy = copy(active, key, split);
      keepRecoveryKey(active);
      store.replace(copy, active.unsealed().barrier(), batch);
      BreakGlass.log.warn(
          "break-glass: event=created threshold={} shares={} pgp={} actor=\"{}\"",
          split.threshold(),
          split.shares(),
          split.pgpFingerprints(),
          actor);
      return new RekeyStep.Done(now.nonce(), shares, split.pgpFingerprints(), false, false, "");
    } finally {
      cell.lock().unlock();
    }
  }

  private BreakGlassCopy copy(NodeState.Active active, SecretBytes key, Split split) {
    Unsealed unsealed = active.unsealed();
    try (SecretBytes rootKey = unsealed.barrier().copyRootKey()) {
      return BreakGlassCopy.make(
          key,
          split,
          rootKey,
          unsealed.record().rootNumber(),
          new BreakGlassCopy.Source(parts.clock().instant(), parts.random()));
    }
  }

  private void keepRecoveryKey(NodeState.Active active) {
    Unsealed unsealed = active.unsealed();
    if (unsealed.record().recoveryKeys().isEmpty()
        || !(parts.protection() instanceof Protection.ByItself several)) {
      return;
    }
    try (SecretBytes recoveryKey =
        rootKeys.unwrapRecovery(several, unsealed.record(), unsealed.barrier())) {
      RecoveryKeyCopy.keep(unsealed.barrier(), unsealed.record().recoveryNumber(), recoveryKey);
    }
  }

  /** Ends it, where it is under way, and forgets its shares. */
  public synchronized void cancel(String actor) {
    if (attempt != null) {
      attempt.shares().reset();
      attempt = null;
      BreakGlass.log.warn("break-glass: event=creation_cancelled actor=\"{}\"", actor);
    }
  }
}
