package strongroom.seal.envelope;

import java.time.Duration;
import strongroom.seal.SealFault;

/** When a call must have ended, however many steps it takes. By the machine's steady clock. */
public final class Deadline {
  private final long end;
  private final Duration whole;

  private Deadline(Duration whole, long end) {
    this.whole = whole;
    this.end = end;
  }

  /** A deadline {@code whole} from now. */
  public static Deadline in(Duration whole) {
    return new Deadline(whole, System.nanoTime() + whole.toNanos());
  }

  /** This deadline, or one {@code max} from now where that is sooner: for one step of a call. */
  public Deadline within(Duration max) {
    Deadline sooner = in(max);
    return sooner.end - end < 0 ? sooner : this;
  }

  /**
   * The time that is left, always more than nothing.
   *
   * @param what whose answer is waited for, for the fault
   * @throws SealFault.Away where none is left
   */
  public Duration left(String what) {
    long left = end - System.nanoTime();
    if (left <= 0) {
      throw missed(what);
    }
    return Duration.ofNanos(left);
  }

  /** What to say where {@code what} did not answer in time. */
  public SealFault.Away missed(String what) {
    return new SealFault.Away(
        what + " did not answer within " + whole.toMillis() / 1000.0 + " s", null);
  }
}
