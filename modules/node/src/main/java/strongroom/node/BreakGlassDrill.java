package strongroom.node;

import java.util.List;
import java.util.Optional;
import strongroom.barrier.Barrier;
import strongroom.logical.Refusal;
import strongroom.seal.BreakGlassCopy;
import strongroom.secret.SecretBytes;

/**
 * The drill: whether shares would open the root key, asked of a node that is unsealed. Says yes or
 * no, and changes nothing; what was opened is compared and zeroed. Guarded by itself.
 */
public final class BreakGlassDrill {
  private final StateCell cell;
  private final BreakGlassStore store;
  private final Ceremony ceremony;
  private final ShareCollector collected;

  BreakGlassDrill(NodeParts parts, StateCell cell, BreakGlassStore store, Ceremony ceremony) {
    this.ceremony = ceremony;
    this.cell = cell;
    this.store = store;
    this.collected = new ShareCollector(parts.random());
  }

  /**
   * How far it is.
   *
   * @param nonce names the drill, empty text before the first share
   * @param threshold how many shares it takes
   * @param shares how many there are
   * @param progress how many different ones have been given
   * @param complete whether this is the answer
   * @param opens the answer: whether they would open the root key
   */
  public record Step(
      String nonce, int threshold, int shares, int progress, boolean complete, boolean opens) {}

  /** How far it is. */
  public synchronized Step status() {
    return status(copy());
  }

  private Step status(BreakGlassCopy copy) {
    ShareCollector.Progress now = collected.progress();
    return new Step(
        now.nonce(), copy.split().threshold(), copy.split().shares(), now.count(), false, false);
  }

  private BreakGlassCopy copy() {
    return BreakGlass.required(store.requireGenuine(barrier()));
  }

  private Barrier barrier() {
    return cell.requireActive().unsealed().barrier();
  }

  /**
   * Takes a share, which this closes; the last one gives the answer and ends the drill.
   *
   * @param nonce the drill's, or empty text
   * @param actor who asks, for the log
   */
  public synchronized Step give(SecretBytes share, String nonce, String actor) {
    String expected = collected.progress().nonce();
    if (!nonce.isEmpty() && !nonce.equals(expected)) {
      share.close();
      throw Refusal.invalid(
          expected.isEmpty()
              ? "no drill is under way: leave the nonce out with the first share"
              : "incorrect nonce supplied; nonce for this drill is " + expected);
    }
    BreakGlassCopy copy;
    try {
      copy = copy();
    } catch (RuntimeException e) {
      share.close();
      throw e;
    }
    Optional<List<SecretBytes>> all = collected.add(share, copy.split().threshold());
    if (all.isEmpty()) {
      return status(copy);
    }
    boolean opens;
    try {
      opens = opens(copy, all.get());
    } finally {
      all.get().forEach(SecretBytes::close);
    }
    BreakGlass.log.warn("break-glass: event=drill opens={} actor=\"{}\"", opens, actor);
    ceremony.record(BreakGlass.event("drill", actor).with("opens", Boolean.toString(opens)));
    int threshold = copy.split().threshold();
    return new Step(expected, threshold, copy.split().shares(), threshold, true, opens);
  }

  private boolean opens(BreakGlassCopy copy, List<SecretBytes> shares) {
    Optional<SecretBytes> found = BreakGlass.rootKey(copy, shares);
    if (found.isEmpty()) {
      return false;
    }
    try (SecretBytes rootKey = found.get()) {
      return barrier().isRootKey(rootKey);
    }
  }

  /** Forgets the shares given so far. */
  public synchronized void reset() {
    collected.reset();
  }
}
