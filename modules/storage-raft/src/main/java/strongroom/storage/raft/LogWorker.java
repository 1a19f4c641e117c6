package strongroom.storage.raft;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The thread of Ratis that writes the log. When it has nothing to do it looks for work once a
 * second, and Ratis' close waits until it has looked: up to a second in which nothing happens. This
 * ends that wait.
 *
 * <p>It is interrupted only when its close has begun, from when on it is given no work, and while
 * it waits for some: an interrupt in the middle of a write would close the file under it.
 */
final class LogWorker {
  private static final String NAME_END = "SegmentedRaftLogWorker";
  private static final String CLOSES =
      "org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogWorker";
  private static final String WAITS = "org.apache.ratis.util.DataBlockingQueue";
  private static final Duration PAUSE = Duration.ofMillis(5);

  private LogWorker() {}

  /**
   * Returns when {@code closing} has ended or {@code max} is over; wakes the log's thread of the
   * node {@code nodeId} meanwhile.
   *
   * @return whether it has ended
   */
  static boolean awaitClose(Thread closing, String nodeId, Duration max)
      throws InterruptedException {
    long end = System.nanoTime() + max.toNanos();
    boolean woken = false;
    while (!closing.join(PAUSE)) {
      if (System.nanoTime() > end) {
        return false;
      }
      woken = woken || wake(nodeId);
    }
    return true;
  }

  private static boolean wake(String nodeId) {
    Map<Thread, StackTraceElement[]> threads = Thread.getAllStackTraces();
    boolean begun =
        threads.entrySet().stream()
            .filter(thread -> thread.getKey().getName().startsWith(nodeId + "-"))
            .anyMatch(thread -> isIn(thread.getValue(), CLOSES, "close"));
    List<Thread> workers =
        threads.keySet().stream()
            .filter(thread -> thread.getName().startsWith(nodeId + "@"))
            .filter(thread -> thread.getName().endsWith(NAME_END))
            .toList();
    // A process has one log; where tests have several, each is left to look for itself.
    if (!begun || workers.size() != 1) {
      return false;
    }
    Thread worker = workers.getFirst();
    // Asked anew: what waits now, after its close was seen, is given no more work.
    if (!isIn(worker.getStackTrace(), WAITS, "poll")) {
      return false;
    }
    worker.interrupt();
    return true;
  }

  private static boolean isIn(StackTraceElement[] stack, String type, String method) {
    for (StackTraceElement frame : stack) {
      if (frame.getClassName().equals(type) && frame.getMethodName().equals(method)) {
        return true;
      }
    }
    return false;
  }
}
