package strongroom.hsm;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps what a library's own process has observed until the next answer takes it along to the
 * server's process. Bounded: what is observed beyond that, while nothing is answered, is not told.
 */
final class Tally implements HsmObserver {
  private static final int CALLS_MAX = 4096;

  private final Queue<Observed> calls = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  /** A call; of one that was given up the time is below 0. */
  private record Observed(String function, long nanos, long answer) {}

  @Override
  public void called(String function, long nanos, long answer) {
    add(new Observed(function, Math.max(0, nanos), answer));
  }

  @Override
  public void timedOut(String function) {
    add(new Observed(function, -1, 0));
  }

  private void add(Observed call) {
    if (count.incrementAndGet() <= CALLS_MAX) {
      calls.add(call);
    } else {
      count.decrementAndGet();
    }
  }

  /** Writes what there is, and forgets it. */
  void writeTo(FrameWriter frame, HsmSessions sessions) {
    frame.number(sessions.open()).number(sessions.idle());
    for (Observed call = calls.poll(); call != null; call = calls.poll()) {
      count.decrementAndGet();
      frame.flag(true).text(call.function()).number(call.nanos()).number(call.answer());
    }
    frame.flag(false);
  }

  /** Tells {@code observer} what {@link #writeTo} has written. */
  static HsmSessions read(FrameReader frame, HsmObserver observer) {
    HsmSessions sessions = new HsmSessions(frame.integer(), frame.integer());
    while (frame.flag()) {
      String function = frame.text();
      long nanos = frame.number();
      long answer = frame.number();
      if (nanos < 0) {
        observer.timedOut(function);
      } else {
        observer.called(function, nanos, answer);
      }
    }
    return sessions;
  }
}
