package strongroom.hsm;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs work that calls a PKCS#11 library, each piece with a deadline, so many at a time. When one
 * misses its deadline its caller goes on with {@link HsmFault.TimedOut}, and the thread is left
 * behind and replaced; so many may hang before no more work is started.
 */
final class CallThreads implements AutoCloseable {
  /** How many calls may hang before further ones are refused. */
  static final int HUNG_CALLS_MAX = 8;

  private static final long IDLE_THREAD_SECONDS = 60;

  private final int parallelMax;
  private final HsmObserver observer;
  private final Semaphore permits;
  private final AtomicInteger hung = new AtomicInteger();
  private final AtomicInteger threadNumber = new AtomicInteger();
  private final ThreadPoolExecutor threads;
  private volatile String hungIn = "";

  /** Lets {@code parallelMax} pieces of work run at once. Threads start with the first of them. */
  CallThreads(String name, int parallelMax, HsmObserver observer) {
    this.parallelMax = parallelMax;
    this.observer = observer;
    permits = new Semaphore(parallelMax, true);
    threads =
        new ThreadPoolExecutor(
            0,
            parallelMax + HUNG_CALLS_MAX + 1,
            IDLE_THREAD_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> new CallThread(work, name + "-" + threadNumber.incrementAndGet(), observer));
  }

  int parallelMax() {
    return parallelMax;
  }

  /** How many calls missed their deadline and have not returned since. */
  int hung() {
    return hung.get();
  }

  /**
   * Runs {@code work} on a thread of its own and waits for it, {@code deadline} at most. A result
   * that comes later is closed where it can be.
   */
  <T> T run(Duration deadline, Supplier<T> work) {
    if (hung.get() >= HUNG_CALLS_MAX) {
      throw new HsmFault.Hung(hung.get(), hungIn);
    }
    long end = System.nanoTime() + deadline.toNanos();
    if (!acquire(deadline)) {
      throw new HsmFault.TimedOut(
          "a free session", deadline, "all " + parallelMax + " are in use (max_parallel)");
    }
    Pending<T> pending = new Pending<>(work);
    try {
      threads.execute(pending);
    } catch (RejectedExecutionException e) {
      permits.release();
      if (threads.isShutdown()) {
        throw new HsmFault.Closed();
      }
      throw e;
    }
    boolean ended = pending.await(end);
    if (!ended && pending.leave()) {
      hungIn = pending.function();
      observer.timedOut(hungIn);
      hung.incrementAndGet();
      pending.whenItReturns(hung::decrementAndGet);
      permits.release();
      throw new HsmFault.TimedOut(
          pending.function(), deadline, "the HSM does not answer (max_operation_duration)");
    }
    permits.release();
    return pending.outcome();
  }

  private boolean acquire(Duration deadline) {
    try {
      return permits.tryAcquire(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Lets idle threads end. Calls that hang keep theirs until they return. */
  @Override
  public void close() {
    threads.shutdown();
  }

  /** One piece of work, whose thread and whose caller race for its end. */
  private static final class Pending<T> implements Runnable {
    private enum State {
      RUNNING,
      ENDED,
      LEFT
    }

    private final Supplier<T> work;
    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
    private final AtomicReference<@Nullable Runnable> whenItReturns = new AtomicReference<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile @Nullable CallThread thread;
    private volatile @Nullable T result;
    private volatile @Nullable Throwable thrown;

    Pending(Supplier<T> work) {
      this.work = work;
    }

    @Override
    public void run() {
      thread = (CallThread) Thread.currentThread();
      try {
        result = work.get();
      } catch (Throwable e) {
        thrown = e;
      }
      boolean wanted = state.compareAndSet(State.RUNNING, State.ENDED);
      end.countDown();
      if (!wanted) {
        closeResult();
        runOnce();
      }
    }

    /** What is to be done once the thread that was left behind is free, now or later. */
    void whenItReturns(Runnable action) {
      whenItReturns.set(action);
      if (end.getCount() == 0) {
        runOnce();
      }
    }

    private void runOnce() {
      Runnable action = whenItReturns.getAndSet(null);
      if (action != null) {
        action.run();
      }
    }

    private void closeResult() {
      if (result instanceof AutoCloseable closeable) {
        try {
          closeable.close();
        } catch (Exception e) {
          throw new IllegalStateException("a late result could not be closed", e);
        }
      }
    }

    boolean await(long endNanos) {
      try {
        return end.await(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    boolean leave() {
      return state.compareAndSet(State.RUNNING, State.LEFT);
    }

    String function() {
      CallThread running = thread;
      return running == null ? "the start of a call" : running.function();
    }

    @SuppressWarnings("NullAway") // the result is set, by whatever the work returned
    T outcome() {
      // Wins over leave() only once the result is there.
      Throwable fault = thrown;
      if (fault instanceof HsmFault known) {
        throw known;
      }
      if (fault instanceof RuntimeException unexpected) {
        throw unexpected;
      }
      if (fault != null) {
        throw new IllegalStateException("a call to the HSM ended by an error", fault);
      }
      return result;
    }
  }
}
