package strongroom.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Does one thing with each of many, a few at a time. */
final class Crew {
  private Crew() {}

  /**
   * Does {@code work} with each of {@code items} on at most {@code parallel} threads, in order of
   * their starts. Where one throws, no more are begun, and it is thrown here.
   */
  static <T> void each(List<T> items, int parallel, Consumer<T> work) {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<RuntimeException> failed = new AtomicReference<>();
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement();
              i < items.size() && failed.get() == null;
              i = next.getAndIncrement()) {
            try {
              work.accept(items.get(i));
            } catch (RuntimeException e) {
              failed.compareAndSet(null, e);
            }
          }
        };
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < Math.min(parallel, items.size()); i++) {
      threads.add(Thread.ofVirtual().name("migrate-" + i).start(worker));
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed.compareAndSet(null, new Unreachable("interrupted"));
    }
    RuntimeException first = failed.get();
    if (first != null) {
      throw first;
    }
  }
}
