package strongroom.storage.raft;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;

/**
 * What is between the nodes of a test: each call passes, comes late, or is lost. Loss is decided
 * where a call arrives, by who calls whom, so that a cut can be one way.
 */
final class Network {
  /** A lost call is given up after longer than it takes the others to vote. */
  private static final long LOST_MILLIS = 500;

  private static final long LOOK_MILLIS = 5;

  private final long seed;
  private final AtomicLong calls = new AtomicLong();
  private volatile Fault fault = Fault.NONE;

  /**
   * What is wrong with it.
   *
   * @param cuts whether calls of one node to another are lost
   * @param delayMillisMax how late a call comes at most
   * @param lostOfAHundred how many calls are lost by chance
   */
  record Fault(BiPredicate<String, String> cuts, int delayMillisMax, int lostOfAHundred) {
    static final Fault NONE = new Fault((from, to) -> false, 0, 0);

    static Fault cut(BiPredicate<String, String> cuts) {
      return new Fault(cuts, 0, 0);
    }
  }

  /** Whose chances follow from {@code seed}. */
  Network(long seed) {
    this.seed = seed;
  }

  /** One in which nothing is ever lost. */
  static Network calm() {
    return new Network(ThreadLocalRandom.current().nextLong());
  }

  void set(Fault next) {
    fault = next;
  }

  /** Waits for as long as a call is on its way; whether it arrives. */
  boolean passes(String from, String to) {
    Fault now = fault;
    Random chance = new Random(seed + 31 * calls.incrementAndGet());
    if (now.lostOfAHundred() > 0 && chance.nextInt(100) < now.lostOfAHundred()) {
      sleep(LOST_MILLIS / 5);
      return false;
    }
    if (now.delayMillisMax() > 0) {
      sleep(chance.nextInt(now.delayMillisMax()));
    }
    long end = System.nanoTime() + LOST_MILLIS * 1_000_000;
    while (fault.cuts().test(from, to)) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      sleep(LOOK_MILLIS);
    }
    return true;
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
