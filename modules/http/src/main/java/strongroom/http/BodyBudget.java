package strongroom.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the bodies under way may take together. Without it a few clients that send large
 * bodies, or many that send slowly, could take all of it before anyone has looked at their tokens.
 */
final class BodyBudget {
  private final long bytesMax;
  private final AtomicLong taken = new AtomicLong();

  BodyBudget(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  long taken() {
    return taken.get();
  }

  /** Nothing yet. */
  Share share() {
    return new Share();
  }

  /** What one body has taken. */
  final class Share implements AutoCloseable {
    private long bytes;
    private boolean closed;

    /** Whether there is room for this share to grow to {@code total} bytes; if so it has. */
    synchronized boolean growTo(long total) {
      if (closed || total <= bytes) {
        return true;
      }
      long more = total - bytes;
      if (taken.addAndGet(more) > bytesMax) {
        taken.addAndGet(-more);
        return false;
      }
      bytes = total;
      return true;
    }

    /** Gives all back. */
    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        taken.addAndGet(-bytes);
      }
    }
  }
}
