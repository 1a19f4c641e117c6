package strongroom.storage.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import strongroom.storage.StorageFault;

@Timeout(30)
class CommitQueueTest {
  /** An entry that a test decides about. */
  private record Entry(ByteString bytes, CompletableFuture<Void> result) {}

  private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();
  private final AtomicLong generation = new AtomicLong(1);
  private final CommitQueue queue = new CommitQueue(this::submitted, generation::get);

  private CompletableFuture<Void> submitted(ByteString bytes) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    entries.add(new Entry(bytes, result));
    return result;
  }

  @AfterEach
  void close() {
    queue.close();
  }

  @Test
  void whatComesWhileAnEntryIsUnderWayGoesTogetherInTheNext() throws Exception {
    queue.start();
    CompletableFuture<Void> first = queue.add(new byte[10], 0, 0);
    Entry alone = entries.take();
    List<CompletableFuture<Void>> later = add(CommitQueue.BATCHES_FULL - 1, 10);

    assertThat(entries.poll(200, TimeUnit.MILLISECONDS)).isNull();
    alone.result().complete(null);
    first.get();
    Entry together = entries.take();
    assertThat(together.bytes().size()).isEqualTo(1 + later.size() * 10);
    assertThat(later).noneMatch(CompletableFuture::isDone);
    together.result().complete(null);
    for (CompletableFuture<Void> each : later) {
      each.get();
    }
  }

  @Test
  void aFullEntryFollowsWhileOneIsUnderWayAndAThirdWaits() throws Exception {
    queue.start();
    queue.add(new byte[10], 0, 0);
    Entry first = entries.take();
    add(CommitQueue.BATCHES_FULL, 10);
    Entry second = entries.take();
    add(CommitQueue.BATCHES_FULL, 10);

    assertThat(entries.poll(200, TimeUnit.MILLISECONDS)).isNull();
    first.result().complete(null);
    assertThat(entries.take().bytes().size()).isGreaterThan(1);
    assertThat(second.result()).isNotDone();
  }

  @Test
  void whatWasAddedBeforeTheStartIsSentByIt() throws Exception {
    CompletableFuture<Void> early = queue.add(new byte[10], 0, 0);
    queue.start();
    entries.take().result().complete(null);
    early.get();
  }

  @Test
  void afterAFailedEntryTheNextIsSent() throws Exception {
    queue.start();
    CompletableFuture<Void> bad = queue.add(new byte[10], 0, 0);
    entries.take().result().completeExceptionally(new StorageFault.Unavailable("no", null));
    assertThatThrownBy(bad::get).hasCauseInstanceOf(StorageFault.Unavailable.class);

    CompletableFuture<Void> good = queue.add(new byte[10], 0, 0);
    entries.take().result().complete(null);
    good.get();
  }

  @Test
  void manyCallersAreAllServed() throws Exception {
    queue.start();
    Thread server =
        Thread.startVirtualThread(
            () -> {
              try {
                while (true) {
                  entries.take().result().complete(null);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    List<Thread> callers = new ArrayList<>();
    for (int caller = 0; caller < 200; caller++) {
      callers.add(
          Thread.startVirtualThread(
              () -> {
                for (int i = 0; i < 200; i++) {
                  queue.add(new byte[1], 0, 0).join();
                }
              }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    server.interrupt();
  }

  @Test
  void closingFailsWhatWaitsAndWhatComesLater() throws Exception {
    queue.start();
    queue.add(new byte[10], 0, 0);
    entries.take();
    CompletableFuture<Void> waiting = queue.add(new byte[10], 0, 0);
    queue.close();

    assertThatThrownBy(waiting::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(StorageFault.Unavailable.class);
    assertThatThrownBy(() -> queue.add(new byte[10], 0, 0))
        .isInstanceOf(StorageFault.Unavailable.class);
  }

  private List<CompletableFuture<Void>> add(int count, int bytes) {
    return add(count, bytes, 0);
  }

  private List<CompletableFuture<Void>> add(int count, int bytes, long generation) {
    List<CompletableFuture<Void>> added = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      added.add(queue.add(new byte[bytes], 0, generation));
    }
    return added;
  }

  @Test
  void whatWasMadeOfWhatHasBeenReplacedIsCommittedNeitherWithNorBehindTheEntryThatReplacesIt()
      throws Exception {
    queue.start();
    CompletableFuture<Void> before = queue.add(new byte[10], 0, 1);
    Entry underWay = entries.take();
    List<CompletableFuture<Void>> full = add(CommitQueue.BATCHES_FULL, 10, 1);
    Entry second = entries.take();
    CompletableFuture<Void> late = queue.add(new byte[10], 0, 1);
    generation.set(2);
    ByteString replacing = ByteString.copyFromUtf8("replaces");
    CompletableFuture<Void> replaced = queue.add(replacing);
    CompletableFuture<Void> tooLate = queue.add(new byte[10], 0, 1);
    CompletableFuture<Void> fresh = queue.add(new byte[10], 0, 2);

    underWay.result().complete(null);
    before.get();
    assertThat(entries.poll(100, TimeUnit.MILLISECONDS)).as("while another is under way").isNull();
    second.result().complete(null);
    for (CompletableFuture<Void> each : full) {
      each.get();
    }
    Entry alone = entries.take();
    assertThat(alone.bytes()).isEqualTo(replacing);
    assertThatThrownBy(late::get).hasCauseInstanceOf(StorageFault.Unavailable.class);
    alone.result().complete(null);
    replaced.get();
    entries.take().result().complete(null);
    fresh.get();
    assertThatThrownBy(tooLate::get).hasCauseInstanceOf(StorageFault.Unavailable.class);
  }
}
