package strongroom.storage.raft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import strongroom.storage.StorageFault;

/**
 * Gathers the batches of concurrent callers into entries. While an entry is on its way to the disk,
 * what comes in waits and goes together in the next one, so that more callers cost no more syncs.
 * Only where a whole {@link #BATCHES_FULL} wait does a second entry follow before the first is
 * done: a sync costs the same for few batches as for many.
 */
final class CommitQueue implements AutoCloseable {
  /** How many batches one entry takes. */
  static final int BATCHES_MAX = 256;

  /** How many batches may wait; more callers are told to try again. */
  static final int WAITING_MAX = 65_536;

  /** With so many batches waiting an entry is sent although another is under way. */
  static final int BATCHES_FULL = 64;

  /** How many entries may be under way: one being synced, one to follow it at once. */
  private static final int ENTRIES_UNDER_WAY_MAX = 2;

  /** How long an entry may take; then its callers are told that nobody knows what came of it. */
  private static final Duration ENTRY_MAX = Duration.ofSeconds(60);

  /** How often entries that take too long are looked for. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final int ENTRY_BYTES_AIM = 1024 * 1024;
  private static final byte[] NOTHING = new byte[0];

  private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();

  /** How many batches are in {@link #queue}; counted after they are there, before they are gone. */
  private final AtomicInteger waiting = new AtomicInteger();

  private final AtomicInteger underWay = new AtomicInteger();
  private final Function<ByteString, CompletableFuture<Void>> submit;
  private final LongSupplier generation;
  private volatile @Nullable Thread gatherer;
  private volatile boolean closed;

  /**
   * A batch.
   *
   * @param generation the only one of storage in which it may be committed, 0 for any
   * @param entry what it is sent as, where that goes alone
   */
  private record Waiting(
      byte[] writes,
      long term,
      long generation,
      Optional<ByteString> entry,
      CompletableFuture<Void> done) {
    boolean goesWith(Waiting other) {
      return term == other.term && entry.isEmpty() && other.entry.isEmpty();
    }
  }

  /** An entry under way, and since when ({@link System#nanoTime}). */
  private record Sent(CompletableFuture<Void> result, long since) {}

  /**
   * Sends entries by {@code submit}, whose result tells when one is durable and applied.
   *
   * @param generation of storage: see {@link strongroom.storage.Storage#generation}
   */
  CommitQueue(Function<ByteString, CompletableFuture<Void>> submit, LongSupplier generation) {
    this.submit = submit;
    this.generation = generation;
  }

  void start() {
    gatherer = Thread.ofPlatform().name("raft-gather").daemon().start(this::run);
  }

  /**
   * Adds one batch; the result tells when it is durable.
   *
   * @param term the only term in which it may be committed, 0 for any
   * @param only the only generation in which it may be, 0 for any
   */
  CompletableFuture<Void> add(byte[] writes, long term, long only) {
    return add(new Waiting(writes, term, only, Optional.empty(), new CompletableFuture<>()));
  }

  /** Adds an entry that takes nothing else along. */
  CompletableFuture<Void> add(ByteString entry) {
    return add(new Waiting(NOTHING, 0, 0, Optional.of(entry), new CompletableFuture<>()));
  }

  private CompletableFuture<Void> add(Waiting added) {
    CompletableFuture<Void> done = added.done();
    if (closed || waiting.get() >= WAITING_MAX) {
      throw new StorageFault.Unavailable(
          closed ? "storage is closed" : WAITING_MAX + " writes are waiting already", null);
    }
    queue.add(added);
    int now = waiting.incrementAndGet();
    // The gatherer sleeps only where it has seen less than this, so nobody else need wake it.
    if (now == BATCHES_FULL || (now == 1 && underWay.get() == 0)) {
      LockSupport.unpark(gatherer);
    }
    if (closed) {
      failWaiting("storage is closed");
    }
    return done;
  }

  /** Waits for what {@link #add} gave. */
  static void await(CompletableFuture<Void> done) {
    try {
      done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageFault.OutcomeUnknown("interrupted while a commit was under way", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof StorageFault fault
          ? fault
          : new StorageFault.OutcomeUnknown("a commit failed: " + e.getCause(), e);
    }
  }

  private void run() {
    List<Sent> sent = new ArrayList<>(ENTRIES_UNDER_WAY_MAX);
    while (!closed) {
      if (mayServe()) {
        sent.removeIf(entry -> entry.result().isDone());
        List<Waiting> batches = next();
        if (!batches.isEmpty()) {
          sent.add(new Sent(send(batches), System.nanoTime()));
        }
      } else {
        LockSupport.parkNanos(this, LOOK.toNanos());
        endLate(sent);
      }
    }
    failWaiting("storage is closed");
  }

  private boolean mayServe() {
    int entries = underWay.get();
    int batches = waiting.get();
    return entries == 0
        ? batches > 0
        : entries < ENTRIES_UNDER_WAY_MAX && batches >= BATCHES_FULL && !goesAlone(queue.peek());
  }

  /** Of two entries under way Raft may take the second first. */
  private static boolean goesAlone(@Nullable Waiting next) {
    return next != null && next.entry().isPresent();
  }

  private static void endLate(List<Sent> sent) {
    long now = System.nanoTime();
    for (Sent entry : sent) {
      if (now - entry.since() > ENTRY_MAX.toNanos()) {
        entry.result().completeExceptionally(new TimeoutException());
      }
    }
  }

  private List<Waiting> next() {
    List<Waiting> batches = new ArrayList<>(BATCHES_FULL);
    int length = 0;
    while (batches.size() < BATCHES_MAX && length < ENTRY_BYTES_AIM) {
      Waiting next = queue.peek();
      if (next == null
          || (!batches.isEmpty() && !next.goesWith(batches.getFirst()))
          || (goesAlone(next) && underWay.get() > 0)) {
        break;
      }
      if (!queue.remove(next)) {
        continue; // failed meanwhile, as when storage is closed
      }
      waiting.decrementAndGet();
      if (next.generation() != 0 && next.generation() != generation.getAsLong()) {
        next.done()
            .completeExceptionally(
                new StorageFault.Unavailable("a snapshot was restored meanwhile", null));
        continue;
      }
      batches.add(next);
      length += next.writes().length;
    }
    return batches;
  }

  private CompletableFuture<Void> send(List<Waiting> batches) {
    underWay.incrementAndGet();
    CompletableFuture<Void> result;
    try {
      result = submit.apply(entry(batches));
    } catch (StorageFault e) {
      result = CompletableFuture.failedFuture(e);
    } catch (RuntimeException e) {
      result =
          CompletableFuture.failedFuture(
              new StorageFault.OutcomeUnknown("a commit failed: " + e, e));
    }
    var _ = result.whenComplete((nothing, failure) -> ended(batches, failure));
    return result;
  }

  private static ByteString entry(List<Waiting> batches) {
    Waiting first = batches.getFirst();
    return first
        .entry()
        .orElseGet(
            () -> EntryCodec.entry(batches.stream().map(Waiting::writes).toList(), first.term()));
  }

  private void ended(List<Waiting> batches, @Nullable Throwable failure) {
    underWay.decrementAndGet();
    LockSupport.unpark(gatherer);
    for (Waiting batch : batches) {
      if (failure == null) {
        batch.done().complete(null);
      } else {
        batch.done().completeExceptionally(failure);
      }
    }
    if (failure instanceof TimeoutException) {
      // What waits behind an entry that hangs would each wait as long again.
      failWaiting("an entry did not end in " + ENTRY_MAX);
    }
  }

  private void failWaiting(String why) {
    for (Waiting left = queue.poll(); left != null; left = queue.poll()) {
      waiting.decrementAndGet();
      left.done().completeExceptionally(new StorageFault.Unavailable(why, null));
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(gatherer);
    failWaiting("storage is closed");
  }
}
