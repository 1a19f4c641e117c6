package strongroom.bench;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Clients that write one new key after the other while something happens to the cluster, and
 * remember what was acknowledged and when.
 */
final class Writers {
  private final String token;
  private final String folder;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final ConcurrentLinkedQueue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();

  private record Acknowledged(String key, long sent, long done) {}

  /** Keys in {@code folder} of the mount secret. */
  Writers(String token, String folder) {
    this.token = token;
    this.folder = folder;
  }

  /** One more, through {@code server}. */
  void start(ServerProcess server) {
    String own = folder + "/" + threads.size() + "-";
    threads.add(Thread.ofVirtual().start(() -> write(server, own)));
  }

  private void write(ServerProcess server, String own) {
    try (Connection connection = new Connection(server.address())) {
      for (int i = 0; !stop.get(); i++) {
        String key = own + i;
        long sent = System.nanoTime();
        Connection.Answer answer =
            connection.send(
                Connection.request("POST", "secret/data/" + key, token, "{\"data\":{\"n\":1}}"));
        if (answer.status() == 200) {
          acknowledged.add(new Acknowledged(key, sent, System.nanoTime()));
        } else {
          refused.add(answer.status() + " " + answer.text());
        }
      }
    } catch (UncheckedIOException e) {
      refused.add(String.valueOf(e.getMessage()));
    }
  }

  List<String> refused() {
    return List.copyOf(refused);
  }

  void end() {
    stop.set(true);
    Load.join(threads);
  }

  /** Seconds from {@code nanos} to the first acknowledgement of a write that was sent after it. */
  double secondsToNext(long nanos) {
    return (acknowledged.stream()
                .filter(one -> one.sent() - nanos > 0)
                .mapToLong(Acknowledged::done)
                .min()
                .orElseThrow(() -> new IllegalStateException("no write was acknowledged again"))
            - nanos)
        / 1e9;
  }

  /** The longest time after {@code nanos} in which nothing was acknowledged, in seconds. */
  double longestGap(long nanos) {
    long[] times =
        acknowledged.stream()
            .mapToLong(Acknowledged::done)
            .filter(done -> done - nanos > 0)
            .sorted()
            .toArray();
    long longest = 0;
    long before = nanos;
    for (long time : times) {
      longest = Math.max(longest, time - before);
      before = time;
    }
    return longest / 1e9;
  }

  /** How many acknowledged keys {@code server} does not have. */
  int lost(ServerProcess server) {
    int lost = 0;
    try (Connection connection = new Connection(server.address())) {
      for (Acknowledged one : acknowledged) {
        byte[] read = Connection.request("GET", "secret/data/" + one.key(), token, "");
        lost += connection.send(read).status() == 200 ? 0 : 1;
      }
    }
    return lost;
  }

  int count() {
    return acknowledged.size();
  }
}
