package strongroom.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import strongroom.logical.JsonObject;
import strongroom.snapshot.Manifest;
import strongroom.snapshot.SnapshotFault;
import strongroom.snapshot.SnapshotFile;

/**
 * {@code operator raft snapshot inspect}: what a snapshot says of itself, and whether all of it is
 * as it was written, without a server.
 */
final class SnapshotInspection {
  private SnapshotInspection() {}

  static Command command() {
    return Command.named("operator raft snapshot inspect", "Inspects raft snapshot")
        .arguments("FILE", 1, 1)
        .help(
            "Reads all of it, compares its checksums, and prints what it says of itself: of which"
                + " cluster it is and what wraps its root key. What is stored in it is encrypted"
                + " and stays so.",
            "  $ %s operator raft snapshot inspect raft.snap")
        .flags(Flag.onOff("details", "Has no effect."))
        .runs(SnapshotInspection::run);
  }

  /** Reads {@code file}, every byte of it. */
  static SnapshotFile.Read read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return SnapshotFile.read(in, (key, value) -> {});
    } catch (SnapshotFault e) {
      throw Failure.remote(file + " is not a whole snapshot: " + e.getMessage());
    } catch (IOException e) {
      throw Failure.usage(
          file + (Files.exists(file) ? " cannot be read" : ": there is no such file"));
    }
  }

  private static int run(Invocation call) {
    SnapshotFile.Read read = read(Path.of(call.argument(0).strip()));
    Map<String, Long> files = new TreeMap<>(read.files());
    if (!call.out().table()) {
      JsonObject.Builder sizes = JsonObject.builder();
      files.forEach(sizes::put);
      call.out()
          .value(
              JsonObject.builder()
                  .put("meta", read.meta())
                  .put("entries", read.entries())
                  .put("files", sizes.build())
                  .build());
      return 0;
    }
    Table table = Table.plain();
    for (String name : new String[] {"ID", "Size", "Index", "Term", "Version"}) {
      table.rowUnlessEmpty(name, Secret.text(read.meta(), name));
    }
    table.row("Entries", Long.toString(read.entries()));
    read.manifest().ifPresent(manifest -> own(table, manifest));
    call.out().line(table.render() + "\n");
    read.manifest().ifPresent(manifest -> manifest.seals().forEach(seal -> seal(call, seal)));
    Table names = Table.titled("File", "Size");
    files.forEach((name, size) -> names.row(name, Long.toString(size)));
    call.out().line(names.render());
    return 0;
  }

  private static void own(Table table, Manifest manifest) {
    table.row("Taken At", manifest.takenAt().toString());
    table.row("Server Version", manifest.version());
    table.row("Cluster Name", manifest.clusterName());
    table.row("Cluster ID", manifest.clusterId());
  }

  private static void seal(Invocation call, JsonObject seal) {
    Table table = Table.titled("Wrapped By", "");
    seal.members().keySet().forEach(name -> table.rowUnlessEmpty(name, Secret.text(seal, name)));
    call.out().line(table.render() + "\n");
  }
}
