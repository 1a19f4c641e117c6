package strongroom.hsm;

/**
 * A platform thread that makes calls into a PKCS#11 library. A native call pins whatever thread
 * makes it and cannot be cancelled, so no other thread makes any.
 */
final class CallThread extends Thread {
  /** The PKCS#11 function it is in, or was in last; read by whoever gives up waiting. */
  private volatile String function = "the start of a call";

  private final HsmObserver observer;

  CallThread(Runnable work, String name, HsmObserver observer) {
    super(work, name);
    this.observer = observer;
    setDaemon(true);
  }

  String function() {
    return function;
  }

  /** Notes that the current thread is about to call {@code function}. */
  static CallThread entering(String function) {
    if (!(Thread.currentThread() instanceof CallThread thread)) {
      throw new IllegalStateException(function + " was called outside a call thread");
    }
    thread.function = function;
    return thread;
  }

  /** Tells that the function has answered, which was called at {@code startNanos}. */
  void returned(String called, long startNanos, long answer) {
    observer.called(called, System.nanoTime() - startNanos, answer);
  }
}
