package strongroom.node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.ceremony.CeremonyEvent;
import strongroom.ceremony.CeremonyKind;
import strongroom.logical.Refusal;
import strongroom.logical.Uuids;
import strongroom.seal.SealRecord;
import strongroom.seal.ShamirSeal;
import strongroom.seal.Split;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.Storage;

/**
 * Replaces the key that is shared out, for a quorum of its present holders. One at a time for each
 * target; guarded by itself, and takes the state's lock after that.
 */
public final class Rekey {
  private static final Logger log = LoggerFactory.getLogger(Rekey.class);

  private static final Duration NONCE_NEEDED = Duration.ofMinutes(10);

  private final Target target;
  private final NodeParts parts;
  private final StateCell cell;
  private final Quorum quorum;
  private final KeyReplacement replacement;
  private @Nullable Attempt attempt;
  private @Nullable Pending pending;

  Rekey(Target target, NodeParts parts, StateCell cell, Quorum quorum, KeyReplacement replacement) {
    this.target = target;
    this.parts = parts;
    this.cell = cell;
    this.quorum = quorum;
    this.replacement = replacement;
  }

  /** Which key. */
  public enum Target {
    /**
     * The root key and what protects it: new unseal keys, or a new root key under the seal where
     * that unseals by itself.
     */
    BARRIER("core/unseal-keys-backup"),
    /** The recovery key. */
    RECOVERY("core/recovery-keys-backup");

    private final String backupPath;

    Target(String backupPath) {
      this.backupPath = backupPath;
    }
  }

  private record Attempt(
      String nonce,
      Instant startedAt,
      SharePlan plan,
      boolean backup,
      boolean verify,
      ShareCollector shares) {}

  /** New shares that have been told and do not count yet. */
  private record Pending(String nonce, SecretBytes key, ShareCollector shares) {}

  /** How far it is. */
  public synchronized RekeyStep.Status status() {
    SealRecord record = cell.requireActive().unsealed().record();
    int required = hasNoHolders(record) ? 0 : quorum.split(record).threshold();
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
        now.backup(),
        now.verify(),
        pending == null ? "" : pending.nonce());
  }

  /** Whether it is about a recovery key that nobody has a share of yet. */
  private boolean hasNoHolders(SealRecord record) {
    return target == Target.RECOVERY
        && !parts.protection().takesShares()
        && record.recoveryShares().isEmpty();
  }

  /** Starts a rekey, which the holders of the present key decide on. */
  public synchronized RekeyStep.Status start(RekeyRequest request) {
    quorum.split(cell.requireActive().unsealed().record());
    begin(request);
    return status();
  }

  /**
   * Starts a rekey for a client that a token has authorised: where there is no recovery key yet and
   * so nobody to decide, its first shares are handed out at once.
   */
  public synchronized RekeyStep startOrCreate(RekeyRequest request) {
    NodeState.Active active = cell.requireActive();
    if (!hasNoHolders(active.unsealed().record())) {
      return start(request);
    }
    Attempt now = begin(request);
    try {
      return handOut(active, now);
    } catch (RuntimeException e) {
      forget();
      throw e;
    }
  }

  private Attempt begin(RekeyRequest request) {
    if (attempt != null) {
      throw Refusal.invalid("rekey already in progress; cancel it first");
    }
    if (target == Target.RECOVERY && parts.protection().takesShares()) {
      throw Refusal.invalid("recovery keys are for seals that unseal by themselves; use sys/rekey");
    }
    if (request.backup() && request.pgpKeys().isEmpty()) {
      throw Refusal.invalid("cannot request a backup of the new keys without providing pgp_keys");
    }
    Attempt begun =
        new Attempt(
            Uuids.random(parts.random()),
            parts.clock().instant(),
            plan(request),
            request.backup(),
            request.requireVerification(),
            new ShareCollector(parts.random()));
    attempt = begun;
    log.info("rekey of {} started", target);
    return begun;
  }

  private SharePlan plan(RekeyRequest request) {
    if (!sealHoldsTheKey()) {
      return SharePlan.of(
          "secret",
          "pgp_keys",
          request.shares(),
          request.threshold(),
          request.pgpKeys(),
          parts.clock().instant());
    }
    if (request.shares() > 1 || request.threshold() > 1 || !request.pgpKeys().isEmpty()) {
      throw Refusal.invalid(
          "the seal holds the root key, which is not shared out: secret_shares and"
              + " secret_threshold must be 1, without pgp_keys; recovery keys are replaced by"
              + " sys/rekey-recovery-key");
    }
    if (request.requireVerification()) {
      throw Refusal.invalid("require_verification does not apply where no shares are handed out");
    }
    return new SharePlan(new Split(1, 1, List.of()), List.of());
  }

  private boolean sealHoldsTheKey() {
    return target == Target.BARRIER && !parts.protection().takesShares();
  }

  /**
   * Ends the rekey, where there is one, for a client.
   *
   * @param nonce the rekey's, or empty text
   * @param anybody whether the client is nobody known: that one must tell the nonce while the rekey
   *     is young, so that not everybody on the network can keep it from ever being done
   */
  public synchronized void cancel(String nonce, boolean anybody) {
    Attempt now = attempt;
    if (now == null) {
      return;
    }
    boolean young = parts.clock().instant().isBefore(now.startedAt().plus(NONCE_NEEDED));
    if (nonce.isEmpty() ? anybody && young : !now.nonce().equals(nonce)) {
      throw Refusal.invalid(
          "the nonce of this rekey operation must be given to cancel it within "
              + NONCE_NEEDED.toMinutes()
              + " minutes of its start");
    }
    cancel();
  }

  /** Ends the rekey and forgets all shares; the present key stays. */
  synchronized void cancel() {
    if (attempt != null) {
      log.info("rekey of {} cancelled", target);
    }
    forget();
  }

  private void forget() {
    if (attempt != null) {
      attempt.shares().reset();
      attempt = null;
    }
    if (pending != null) {
      pending.shares().reset();
      pending.key().close();
      pending = null;
    }
  }

  /** Takes one of the present shares, which this closes. */
  public synchronized RekeyStep update(SecretBytes share, String nonce) {
    Attempt now = attempt;
    if (now == null || pending != null || !now.nonce().equals(nonce)) {
      share.close();
      throw now == null
          ? Refusal.invalid("no rekey in progress")
          : Refusal.invalid(
              pending != null
                  ? "rekey operation already finished; verification must be performed"
                  : "incorrect nonce supplied; nonce for this rekey operation is " + now.nonce());
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
    return handOut(active, now);
  }

  private RekeyStep.Done handOut(NodeState.Active active, Attempt now) {
    SecretBytes key = SecretBytes.random(ShamirSeal.KEY_LENGTH, parts.random());
    List<KeyShare> shares =
        sealHoldsTheKey() ? List.of() : KeyShares.issue(key, now.plan(), parts.random());
    List<String> fingerprints = now.plan().split().pgpFingerprints();
    if (now.backup()) {
      ShareBackup.of(now.nonce(), fingerprints, shares)
          .store(active.unsealed().barrier(), target.backupPath);
    }
    String verification = "";
    if (now.verify()) {
      verification = Uuids.random(parts.random());
      pending = new Pending(verification, key, new ShareCollector(parts.random()));
    } else {
      try (key) {
        replace(key, now);
      }
      forget();
    }
    return new RekeyStep.Done(
        now.nonce(), shares, fingerprints, now.backup(), now.verify(), verification);
  }

  private void replace(SecretBytes key, Attempt now) {
    Split split = now.plan().split();
    switch (target) {
      case BARRIER -> {
        boolean shared = parts.protection().takesShares();
        replacement.replaceRootKey(
            shared ? told(CeremonyKind.REKEY, split) : CeremonyEvent.of(CeremonyKind.REKEY),
            shared ? Optional.of(key) : Optional.empty(),
            shared ? Optional.of(split) : Optional.empty());
      }
      case RECOVERY ->
          replacement.replaceRecoveryKey(told(CeremonyKind.REKEY_RECOVERY, split), key, split);
    }
    log.info("rekey of {} done", target);
  }

  private static CeremonyEvent told(CeremonyKind kind, Split split) {
    return KeyShares.told(CeremonyEvent.of(kind), "new", split);
  }

  /**
   * Puts a new root key in the old one's place without asking holders of key shares, which only a
   * seal that unseals by itself can do. An attempt under way is not touched: it needs no old key.
   */
  public synchronized void rotateRootKey() {
    cell.requireActive();
    if (!sealHoldsTheKey()) {
      throw Refusal.invalid(
          "key shares protect the root key, and a quorum of them is needed to replace it: use"
              + " sys/rotate/root/init");
    }
    replacement.replaceRootKey(
        CeremonyEvent.of(CeremonyKind.ROTATE_ROOT_KEY), Optional.empty(), Optional.empty());
    log.info("root key rotated");
  }

  /** How far the verification of the new shares is. */
  public synchronized RekeyStep.Verification verification() {
    cell.requireActive();
    Attempt now = attempt;
    Pending shown = pending;
    if (now == null || shown == null) {
      throw Refusal.invalid("no rekey verification in progress");
    }
    Split split = now.plan().split();
    return new RekeyStep.Verification(
        true,
        shown.nonce(),
        split.threshold(),
        split.shares(),
        shown.shares().progress().count(),
        false);
  }

  /** Takes one of the new shares, which this closes; the last one makes them count. */
  public synchronized RekeyStep.Verification verify(SecretBytes share, String nonce) {
    Attempt now = attempt;
    Pending shown = pending;
    if (now == null || shown == null || !shown.nonce().equals(nonce)) {
      share.close();
      throw now == null || shown == null
          ? Refusal.invalid("no rekey verification in progress")
          : Refusal.invalid(
              "incorrect nonce supplied; nonce for this verification is " + shown.nonce());
    }
    cell.requireActive();
    Split split = now.plan().split();
    Optional<List<SecretBytes>> all = shown.shares().add(share, split.threshold());
    if (all.isEmpty()) {
      return verification();
    }
    try (SecretBytes combined = KeyShares.combine(split, all.get())) {
      if (!combined.contentEquals(shown.key())) {
        throw Quorum.wrong();
      }
    } finally {
      all.get().forEach(SecretBytes::close);
    }
    replace(shown.key(), now);
    forget();
    return new RekeyStep.Verification(
        false, nonce, split.threshold(), split.shares(), split.threshold(), true);
  }

  /** Forgets the new shares shown so far, and asks for them under another nonce. */
  public synchronized RekeyStep.Verification restartVerification() {
    verification();
    Pending shown = pending;
    if (shown != null) {
      shown.shares().reset();
      pending =
          new Pending(
              Uuids.random(parts.random()), shown.key(), new ShareCollector(parts.random()));
    }
    return verification();
  }

  /** The new shares kept from the last rekey that asked for it. */
  public Optional<ShareBackup> backup() {
    return ShareBackup.load(barrier(), target.backupPath);
  }

  /** Forgets them. */
  public void deleteBackup() {
    barrier().commit(new Batch().delete(target.backupPath));
  }

  private Storage barrier() {
    return cell.requireActive().unsealed().barrier();
  }
}
