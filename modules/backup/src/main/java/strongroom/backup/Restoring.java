package strongroom.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.logical.Refusal;
import strongroom.logical.Upload;
import strongroom.node.Node;
import strongroom.node.Restoration;
import strongroom.snapshot.Entries;
import strongroom.snapshot.Manifest;
import strongroom.snapshot.SnapshotFault;
import strongroom.snapshot.SnapshotFile;
import strongroom.storage.Batch;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.StorageFault;
import strongroom.storage.raft.Restore;
import strongroom.storage.raft.Snapshots;

/**
 * Restores snapshots: takes the whole file in, checks every part of it and whether this node can
 * open it, and only then lets storage put it in the place of what is there.
 */
final class Restoring {
  private static final Logger LOG = LoggerFactory.getLogger(Restoring.class);
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final Set<String> NEEDED = Set.copyOf(Restoration.NEEDED);

  private final Restoration node;
  private final Snapshots snapshots;

  Restoring(Node node, Snapshots snapshots) {
    this.node = node.restoration();
    this.snapshots = snapshots;
  }

  /**
   * How a snapshot is restored.
   *
   * @param force whether one that this node cannot open is taken all the same
   * @param onlyUninitialized whether the node must have no installation
   */
  record Wish(boolean force, boolean onlyUninitialized) {}

  /**
   * Restores the snapshot that {@code upload} gives.
   *
   * @throws strongroom.logical.RefusedException where nothing was touched
   * @throws StorageFault.OutcomeUnknown where nobody knows whether it took effect
   */
  void restore(Upload upload, Wish wish) {
    try (Restore restore = snapshots.restore()) {
      Path file = snapshots.newFile();
      try {
        receive(upload, file);
        restore(file, restore, wish);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (SnapshotFault e) {
      throw Refusal.invalid("the snapshot is not restored: " + e.getMessage());
    } catch (StorageFault.Unavailable | StorageFault.Full e) {
      throw Refusal.unavailable("nothing was restored: " + e.getMessage());
    } catch (IOException e) {
      LOG.warn("a snapshot was not restored", e);
      throw Refusal.unavailable("nothing was restored: a file in the data folder fails");
    }
  }

  private void receive(Upload upload, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      InputStream in = upload.open();
      byte[] piece = new byte[BUFFER_BYTES];
      for (int read = next(in, piece); read >= 0; read = next(in, piece)) {
        snapshots.requireRoom();
        out.write(piece, 0, read);
      }
    }
  }

  private static int next(InputStream in, byte[] piece) {
    try {
      return in.read(piece);
    } catch (IOException e) {
      throw new SnapshotFault("it did not come in whole", e);
    }
  }

  private void restore(Path file, Restore restore, Wish wish) throws IOException {
    InMemoryStorage needed = new InMemoryStorage();
    SnapshotFile.Read read =
        read(
            file,
            (key, value) -> {
              snapshots.requireFits(key, value);
              String name = new String(key, UTF_8);
              if (NEEDED.contains(name)) {
                needed.commit(new Batch().put(name, value));
              }
            });
    Manifest manifest =
        read.manifest()
            .orElseThrow(
                () ->
                    new SnapshotFault(
                        "another product made it, which encrypts otherwise; to move what a Vault"
                            + " holds there is operator migrate",
                        null));
    Map<String, byte[]> instead =
        node.check(
            new Restoration.Candidate(manifest.id(), needed, read.sums(), read.sealedSums()),
            wish.force());
    LOG.info(
        "restoring snapshot {} of cluster {} ({}), taken at {}: {} entries",
        manifest.id(),
        manifest.clusterName(),
        manifest.clusterId(),
        manifest.takenAt(),
        manifest.entries());
    var _ = read(file, restore::put);
    instead.forEach((key, value) -> restore.put(key.getBytes(UTF_8), value));
    node.change(restore::exchange, wish.onlyUninitialized());
    LOG.warn("snapshot {} is restored", manifest.id());
  }

  private static SnapshotFile.Read read(Path file, Entries to) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return SnapshotFile.read(in, to);
    }
  }
}
