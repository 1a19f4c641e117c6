package strongroom.node;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.ceremony.CeremonyEvent;
import strongroom.ceremony.CeremonyKind;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.seal.BreakGlassCopy;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.seal.SealRecord.WrappedKey;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;

/**
 * The way in when the seal's key is lost for good: a copy of the root key under shares of its own,
 * apart from the recovery keys, which decrypt nothing. Its making, its drill, its use. Each step is
 * logged as a warning, since it is about a second way to the root key.
 */
public final class BreakGlass {
  static final Logger log = LoggerFactory.getLogger(BreakGlass.class);

  private final NodeParts parts;
  private final StateCell cell;
  private final BreakGlassStore store;
  private final Ceremony ceremony;
  private final BreakGlassCreation creation;
  private final BreakGlassDrill drill;
  private final BreakGlassUnsealing unsealing;

  BreakGlass(
      NodeParts parts,
      StateCell cell,
      BreakGlassStore store,
      Quorum quorum,
      Opener opener,
      RootKeys rootKeys,
      Ceremony ceremony) {
    this.ceremony = ceremony;
    this.parts = parts;
    this.cell = cell;
    this.store = store;
    this.creation = new BreakGlassCreation(parts, cell, store, quorum, rootKeys, ceremony);
    this.drill = new BreakGlassDrill(parts, cell, store, ceremony);
    this.unsealing = new BreakGlassUnsealing(parts, cell, store, opener, ceremony);
  }

  /**
   * What there is.
   *
   * @param exists whether there is a copy
   * @param genuine whether what storage holds is what this installation wrote
   * @param current whether the copy is of the root key that counts
   * @param threshold how many shares open it
   * @param shares how many there are
   * @param pgpFingerprints whom the shares were encrypted for, or empty
   * @param madeAt when the shares were handed out
   * @param copiedAt when the copy of the present root key was made
   */
  public record Status(
      boolean exists,
      boolean genuine,
      boolean current,
      int threshold,
      int shares,
      List<String> pgpFingerprints,
      Optional<Instant> madeAt,
      Optional<Instant> copiedAt) {}

  /** What there is, of an unsealed node. */
  public Status status() {
    Unsealed unsealed = cell.requireActive().unsealed();
    boolean genuine = store.isGenuine(unsealed.barrier());
    return store
        .known()
        .map(
            copy ->
                new Status(
                    true,
                    genuine,
                    copy.rootNumber() == unsealed.record().rootNumber(),
                    copy.split().threshold(),
                    copy.split().shares(),
                    copy.split().pgpFingerprints(),
                    Optional.of(copy.madeAt()),
                    Optional.of(copy.copiedAt())))
        .orElse(
            new Status(false, genuine, false, 0, 0, List.of(), Optional.empty(), Optional.empty()));
  }

  /** The handing out of new shares, for a quorum. */
  public BreakGlassCreation creation() {
    return creation;
  }

  /** The proof that the shares work. */
  public BreakGlassDrill drill() {
    return drill;
  }

  /** Their use. */
  public BreakGlassUnsealing unsealing() {
    return unsealing;
  }

  /**
   * Forgets the copy, unless it may be the only one that opens.
   *
   * @param actor who asks, for the log
   */
  public void delete(String actor) {
    Barrier barrier = cell.requireActive().unsealed().barrier();
    if (store.refresh().isEmpty() && store.isGenuine(barrier)) {
      return;
    }
    ceremony.record(() -> event("deleted", actor), batch -> delete(actor, batch));
    forget();
  }

  /** What is recorded of an event. */
  static CeremonyEvent event(String what, String actor) {
    return CeremonyEvent.of(CeremonyKind.BREAK_GLASS).with("event", what).with("actor", actor);
  }

  private void delete(String actor, Batch batch) {
    cell.lock().lock();
    try {
      NodeState.Active active = cell.requireActive();
      requireASealThatOpens(active);
      store.delete(active.unsealed().barrier(), batch);
      log.warn("break-glass: event=deleted actor=\"{}\"", actor);
    } finally {
      cell.lock().unlock();
    }
  }

  /** Key shares cannot be asked; where they unseal, they are what opens. */
  private void requireASealThatOpens(NodeState.Active active) {
    if (!(parts.protection() instanceof Protection.ByItself several)) {
      return;
    }
    SealRecord record = active.unsealed().record();
    for (Seal seal : several.enabled()) {
      for (WrappedKey copy : record.currentRootKeys()) {
        if (copy.isBy(seal.type(), seal.name()) && opens(seal, copy, active)) {
          return;
        }
      }
    }
    throw Refusal.invalid(
        "not deleted: no seal opens its copy of the root key now, so that the break-glass copy may"
            + " be the only one left");
  }

  /** Whether {@code seal} gets the root key that counts out of {@code copy} now. */
  static boolean opens(Seal seal, WrappedKey copy, NodeState.Active active) {
    try (SecretBytes key = seal.unwrap(Seal.Purpose.ROOT_KEY, copy.wrapped())) {
      return active.unsealed().barrier().isRootKey(key);
    } catch (SealFault e) {
      return false;
    }
  }

  /** What {@code shares} open; empty where they are wrong in whatever way. The caller closes it. */
  static Optional<SecretBytes> rootKey(BreakGlassCopy copy, List<SecretBytes> shares) {
    try (SecretBytes key = KeyShares.combine(copy.split(), shares)) {
      return Optional.of(copy.open(key));
    } catch (RefusedException | SealFault.Data e) {
      return Optional.empty();
    }
  }

  /** The copy, of which there has to be one. */
  static BreakGlassCopy required(Optional<BreakGlassCopy> copy) {
    return copy.orElseThrow(
        () -> Refusal.invalid("there is no break-glass copy (operator recovery create makes one)"));
  }

  /** Ends what is under way and forgets all shares given. */
  void forget() {
    creation.cancel("the server");
    drill.reset();
    unsealing.reset();
  }
}
