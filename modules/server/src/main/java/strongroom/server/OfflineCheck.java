package strongroom.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import strongroom.barrier.Barrier;
import strongroom.cli.Failure;
import strongroom.cli.SealFolder;
import strongroom.node.OfflineBarrier;
import strongroom.node.Protection;
import strongroom.snapshot.Entries;
import strongroom.snapshot.SnapshotFault;
import strongroom.snapshot.SnapshotFile;
import strongroom.storage.Batch;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.StorageFault;
import strongroom.storage.raft.EntryVisitor;
import strongroom.storage.raft.OfflineFolder;

/** Reads every entry of what no server has open, and decrypts it. */
final class OfflineCheck implements EntryVisitor {
  private static final long TELL_NANOS = Duration.ofSeconds(5).toNanos();

  private final Barrier barrier;
  private final LongConsumer progress;
  private final List<String> damaged = new ArrayList<>();
  private long entries;
  private long decrypted;
  private long told = System.nanoTime();

  private OfflineCheck(Barrier barrier, LongConsumer progress) {
    this.barrier = barrier;
    this.progress = progress;
  }

  static SealFolder.Verdict folder(Path path, Protection protection, LongConsumer progress) {
    try (OfflineFolder folder = OfflineFolder.open(path)) {
      InMemoryStorage needed = new InMemoryStorage();
      for (String name : OfflineBarrier.NEEDED) {
        folder.get(name).ifPresent(value -> needed.commit(new Batch().put(name, value)));
      }
      return check(protection, needed, progress, folder::each);
    }
  }

  static SealFolder.Verdict snapshot(Path file, Protection protection, LongConsumer progress) {
    InMemoryStorage needed = new InMemoryStorage();
    read(
        file,
        (key, value) -> {
          String name = new String(key, UTF_8);
          if (OfflineBarrier.NEEDED.contains(name)) {
            needed.commit(new Batch().put(name, value));
          }
        });
    return check(protection, needed, progress, check -> read(file, check::entry));
  }

  private static void read(Path file, Entries to) {
    try (InputStream in = Files.newInputStream(file)) {
      var _ = SnapshotFile.read(in, to);
    } catch (SnapshotFault e) {
      throw Failure.remote(file + " is not a whole snapshot: " + e.getMessage());
    } catch (IOException e) {
      throw Failure.usage(
          file + (Files.exists(file) ? " cannot be read" : ": there is no such file"));
    }
  }

  private static SealFolder.Verdict check(
      Protection protection,
      InMemoryStorage needed,
      LongConsumer progress,
      Consumer<OfflineCheck> reading) {
    try (Barrier barrier = OfflineBarrier.open(needed, protection)) {
      OfflineCheck check = new OfflineCheck(barrier, progress);
      reading.accept(check);
      return new SealFolder.Verdict(check.entries, check.decrypted, check.damaged);
    }
  }

  @Override
  public void entry(byte[] key, byte[] value) {
    entries++;
    if (System.nanoTime() - told > TELL_NANOS) {
      told = System.nanoTime();
      progress.accept(entries);
    }
    String path = new String(key, UTF_8);
    if (Barrier.isOutside(path)) {
      return;
    }
    try {
      var _ = barrier.open(path, value);
      decrypted++;
    } catch (StorageFault.Damaged e) {
      damaged.add(path);
    }
  }

  @Override
  public void damaged(String where, StorageFault.Damaged fault) {
    damaged.add(where);
  }
}
