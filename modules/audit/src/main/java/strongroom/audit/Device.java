package strongroom.audit;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An audit device that is open. Records wait in a bounded queue for its one thread, which writes
 * all that wait at once. Where a write does not end in time, all that wait for it fail, and more
 * are refused at once until it has ended: nobody waits for a device longer than its time limit.
 */
final class Device {
  private static final Logger LOG = LoggerFactory.getLogger(Device.class);
  private static final int QUEUE_RECORDS_MAX = 16_384;
  private static final long QUEUE_BYTES_MAX = 64L << 20;
  private static final int GROUP_RECORDS_MAX = 1024;
  private static final long CLOSE_MILLIS_MAX = 5000;
  private static final Duration WARNING_PAUSE = Duration.ofSeconds(30);

  private final DeviceEntry entry;
  private final DeviceOptions options;
  private final Salt salt;
  private final EntryFormat format;
  private final Optional<Chain> chain;
  private final Sink sink;
  private final Thread writer;
  private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>(QUEUE_RECORDS_MAX);
  private final AtomicLong queuedBytes = new AtomicLong();

  /** Told by the watcher, taken back by the writer. */
  private volatile boolean stalled;

  /** Owned by the writer. */
  private boolean opened;

  private volatile boolean reopen;
  private volatile boolean closing;

  /** What is being written, and since when. Written by the writer. */
  private volatile List<Waiting> group = List.of();

  private volatile long groupSince;
  private volatile String problem = "";
  private volatile long warnedAt = System.nanoTime() - WARNING_PAUSE.toNanos();

  /** Records of one request, waiting to be written one behind the other. */
  private record Waiting(
      List<byte[]> entries, int bytes, Ticket ticket, long since, AtomicBoolean answered) {
    static Waiting of(List<byte[]> entries, Ticket ticket) {
      int bytes = 0;
      for (byte[] entry : entries) {
        bytes += entry.length;
      }
      return new Waiting(entries, bytes, ticket, System.nanoTime(), new AtomicBoolean());
    }

    void stored() {
      if (answered.compareAndSet(false, true)) {
        ticket.stored();
      }
    }

    void failed() {
      if (answered.compareAndSet(false, true)) {
        ticket.failed();
      }
    }
  }

  Device(DeviceEntry entry, DeviceOptions options, Salt salt, Sink sink) {
    this.entry = entry;
    this.options = options;
    this.salt = salt;
    this.sink = sink;
    format = options.format(salt);
    chain = options.tamperEvident() ? Optional.of(new Chain(salt.chainKey())) : Optional.empty();
    writer = Thread.ofPlatform().name("audit " + entry.path()).daemon().unstarted(this::writeAll);
  }

  /**
   * Starts writing. Where the place to write to is not to be had now, it is tried at each write.
   */
  void start() {
    writer.start();
  }

  DeviceEntry entry() {
    return entry;
  }

  Salt salt() {
    return salt;
  }

  EntryFormat format() {
    return format;
  }

  DeviceOptions options() {
    return options;
  }

  Optional<Chain> chain() {
    return chain;
  }

  /** Takes {@code entries} to be written; {@code ticket} is told what came of it. Never blocks. */
  void submit(List<byte[]> entries, Ticket ticket) {
    Waiting waiting = Waiting.of(entries, ticket);
    int bytes = waiting.bytes();
    if (stalled || closing) {
      waiting.failed();
      return;
    }
    if (queuedBytes.addAndGet(bytes) > QUEUE_BYTES_MAX || !queue.offer(waiting)) {
      queuedBytes.addAndGet(-bytes);
      waiting.failed();
      return;
    }
    if (stalled || closing) {
      // Whoever emptied the queue may not have seen this one.
      drain();
    }
  }

  private void drain() {
    for (Waiting next = queue.poll(); next != null; next = queue.poll()) {
      queuedBytes.addAndGet(-next.bytes());
      next.failed();
    }
  }

  /** Gives up on what has waited too long. Called from time to time, from any thread. */
  void watch() {
    long limit = options.writeTimeout().toNanos();
    long now = System.nanoTime();
    List<Waiting> underWay = group;
    boolean late = !underWay.isEmpty() && now - groupSince > limit;
    Waiting oldest = queue.peek();
    if (late || (oldest != null && now - oldest.since() > limit)) {
      if (!stalled) {
        stalled = true;
        problem = "a write has not ended within " + options.writeTimeout().toMillis() + " ms";
        LOG.error(
            "audit device {} hangs: {}; requests are refused unless another device has them",
            entry.path(),
            problem);
        abort();
      }
      underWay.forEach(Waiting::failed);
      drain();
    }
  }

  /** To close what hangs may hang too: nobody waits for it. */
  private void abort() {
    var _ = Thread.ofPlatform().name("audit-abort").daemon().start(sink::abort);
  }

  /** Has the file closed and opened again, or the socket connected again, before the next write. */
  void reopen() {
    reopen = true;
  }

  /** Whether a write is under way. */
  boolean busy() {
    return !group.isEmpty();
  }

  /** Whether it takes no records, or the write under way has had half of its time. */
  boolean troubled() {
    boolean slow = busy() && System.nanoTime() - groupSince > options.writeTimeout().toNanos() / 2;
    return stalled || slow || !problem.isEmpty();
  }

  private void writeAll() {
    openFirst();
    List<Waiting> next = new ArrayList<>();
    while (!closing || !queue.isEmpty()) {
      next.clear();
      @Nullable Waiting first = poll();
      if (first == null) {
        // Nothing is written, so nothing hangs: the next record may try.
        stalled = false;
        if (reopen) {
          reopenNow();
        }
        continue;
      }
      next.add(first);
      queue.drainTo(next, GROUP_RECORDS_MAX - 1);
      write(List.copyOf(next));
    }
    try {
      sink.close();
    } catch (IOException e) {
      trouble(e);
    }
  }

  private @Nullable Waiting poll() {
    try {
      return queue.poll(200, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return null;
    }
  }

  private void openFirst() {
    try {
      openOnce();
    } catch (IOException | RuntimeException e) {
      trouble(e);
    }
  }

  /** Opens, and goes on with the chain that is there. */
  private void openOnce() throws IOException {
    if (!opened) {
      sink.open();
      if (chain.isPresent()) {
        chain.get().continueFrom(sink.lastLine());
      }
      opened = true;
    }
  }

  private void reopenNow() {
    reopen = false;
    try {
      sink.reopen();
    } catch (IOException | RuntimeException e) {
      trouble(e);
    }
  }

  private void write(List<Waiting> taken) {
    groupSince = System.nanoTime();
    group = taken;
    try {
      openOnce();
      if (reopen) {
        reopenNow();
      }
      List<byte[]> lines = lines(taken);
      writeTwice(lines);
      chain.ifPresent(Chain::advance);
      recovered();
      taken.forEach(Waiting::stored);
    } catch (IOException | RuntimeException e) {
      chain.ifPresent(Chain::takeBack);
      trouble(e);
      taken.forEach(Waiting::failed);
    } finally {
      group = List.of();
      stalled = false;
      taken.forEach(waiting -> queuedBytes.addAndGet(-waiting.bytes()));
    }
  }

  /** What cannot be written is tried once more, anew: the other end may have been replaced. */
  private void writeTwice(List<byte[]> lines) throws IOException {
    try {
      sink.write(lines);
    } catch (IOException e) {
      if (stalled) {
        throw e;
      }
      sink.reopen();
      sink.write(lines);
    }
  }

  private List<byte[]> lines(List<Waiting> taken) {
    List<byte[]> lines = new ArrayList<>(taken.size() * 2);
    for (Waiting waiting : taken) {
      for (byte[] record : waiting.entries()) {
        byte[] bare = options.exclusions().apply(record);
        byte[] prefixed = Lines.prefixed(options.prefix(), bare);
        lines.add(Lines.ended(chain.isPresent() ? chain.get().link(prefixed) : prefixed));
      }
    }
    return lines;
  }

  private void recovered() {
    if (!problem.isEmpty()) {
      LOG.info("audit device {} takes records again", entry.path());
      problem = "";
    }
  }

  private void trouble(Exception e) {
    problem = String.valueOf(e.getMessage());
    long now = System.nanoTime();
    if (now - warnedAt >= WARNING_PAUSE.toNanos()) {
      warnedAt = now;
      LOG.error(
          "audit device {} cannot be written: {}; requests are refused unless another device has"
              + " them",
          entry.path(),
          e.toString());
    }
  }

  /** Writes what waits, for a bounded time, and closes. */
  void close() {
    closing = true;
    try {
      writer.join(Duration.ofMillis(Math.min(CLOSE_MILLIS_MAX, options.writeTimeout().toMillis())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (writer.isAlive()) {
      abort();
    }
    drain();
    group.forEach(Waiting::failed);
  }
}
