package strongroom.storage.raft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import strongroom.storage.StorageFault;

/**
 * Gathers the batches of concurrent callers into entries. While entries are on their way to the
 * disk, what comes in waits and goes together in the next one; the fuller the queue, the larger the
 * entries, so that more callers cost no more syncs.
 */
final class CommitQueue implements AutoCloseable {
  /** How many batches one entry takes. */
  static final int BATCHES_MAX = 256;

  /** How many batches may wait; more callers are told to try again. */
  static final int WAITING_MAX = 65_536;

  /** How many entries may be under way: one being synced, one to follow it at once. */
  private static final int ENTRIES_UNDER_WAY_MAX = 2;

  /** How long an entry may take; then its callers are told that nobody knows what came of it. */
  private static final Duration ENTRY_MAX = Duration.ofSeconds(60);

  private static final int ENTRY_BYTES_AIM = 1024 * 1024;

  private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>(WAITING_MAX);
  private final Semaphore underWay = new Semaphore(ENTRIES_UNDER_WAY_MAX);
  private final Function<ByteString, CompletableFuture<Void>> submit;
  private @Nullable Thread gatherer;
  private volatile boolean closed;

  private record Waiting(byte[] writes, CompletableFuture<Void> done) {}

  /** Sends entries by {@code submit}, whose result tells when one is durable and applied. */
  CommitQueue(Function<ByteString, CompletableFuture<Void>> submit) {
    this.submit = submit;
  }

  void start() {
    gatherer = Thread.ofPlatform().name("raft-gather").daemon().start(this::run);
  }

  /** Adds one batch; the result tells when it is durable. */
  CompletableFuture<Void> add(byte[] writes) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (closed || !queue.offer(new Waiting(writes, done))) {
      throw new StorageFault.Unavailable(
          closed ? "storage is closed" : WAITING_MAX + " writes are waiting already", null);
    }
    return done;
  }

  private void run() {
    List<Waiting> gathered = new ArrayList<>(BATCHES_MAX);
    try {
      while (!closed) {
        underWay.acquire();
        Waiting first = queue.take();
        gathered.add(first);
        int length = first.writes().length;
        while (gathered.size() < BATCHES_MAX && length < ENTRY_BYTES_AIM) {
          Waiting next = queue.poll();
          if (next == null) {
            break;
          }
          gathered.add(next);
          length += next.writes().length;
        }
        send(List.copyOf(gathered), length);
        gathered.clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    failWaiting("storage is closed");
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callers' own futures carry the outcome
  private void send(List<Waiting> batches, int length) {
    ByteString entry = EntryCodec.entry(batches.stream().map(Waiting::writes).toList(), length);
    CompletableFuture<Void> result;
    try {
      // One clock an entry: a caller's own timed wait costs more than its batch's part of an entry.
      result = submit.apply(entry).orTimeout(ENTRY_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (StorageFault e) {
      result = CompletableFuture.failedFuture(e);
    }
    result.whenComplete(
        (nothing, failure) -> {
          underWay.release();
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
        });
  }

  private void failWaiting(String why) {
    for (Waiting left = queue.poll(); left != null; left = queue.poll()) {
      left.done().completeExceptionally(new StorageFault.Unavailable(why, null));
    }
  }

  @Override
  public void close() {
    closed = true;
    Thread thread = gatherer;
    if (thread != null) {
      thread.interrupt();
    }
    failWaiting("storage is closed");
  }
}
