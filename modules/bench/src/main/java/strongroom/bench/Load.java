package strongroom.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;

/** Many connections that send one request after the other. */
final class Load {
  private Load() {}

  /**
   * What a load came to.
   *
   * @param requests answered
   * @param seconds it took
   * @param cpuSeconds that the server used meanwhile
   */
  record Result(long requests, double seconds, double cpuSeconds) {
    double perSecond() {
      return requests / seconds;
    }

    /** Of the server, in microseconds. */
    double cpuMicrosPerRequest() {
      return cpuSeconds * 1e6 / requests;
    }
  }

  /**
   * Sends {@code total} requests over {@code connections}; the number of a request makes its bytes.
   *
   * @throws IllegalStateException where an answer has another status than {@code status}
   */
  static Result run(
      ServerProcess server, int connections, long total, int status, LongFunction<byte[]> request) {
    AtomicLong next = new AtomicLong();
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    double cpu = server.cpuSeconds();
    long start = System.nanoTime();
    for (int i = 0; i < connections; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (Connection connection = new Connection(server.port())) {
                      long number = next.getAndIncrement();
                      while (number < total && failure.get() == null) {
                        connection.send(request.apply(number)).expect(status);
                        number = next.getAndIncrement();
                      }
                    } catch (RuntimeException e) {
                      failure.compareAndSet(null, e);
                    }
                  }));
    }
    join(threads);
    double seconds = (System.nanoTime() - start) / 1e9;
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    return new Result(total, seconds, server.cpuSeconds() - cpu);
  }

  static void join(List<Thread> threads) {
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
