package strongroom.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;

/** {@code operator raft snapshot inspect}: what a snapshot says of itself, without a server. */
final class SnapshotInspection {
  private static final int META_BYTES_MAX = 1 << 20;

  private SnapshotInspection() {}

  static Command command() {
    return Command.named("operator raft snapshot inspect", "Inspects raft snapshot")
        .arguments("FILE", 1, 1)
        .help(
            "Prints what the snapshot's meta.json says, and the files in it. What is stored in it"
                + " is encrypted and stays so.",
            "  $ %s operator raft snapshot inspect raft.snap")
        .flags(Flag.onOff("details", "Has no effect."))
        .runs(SnapshotInspection::run);
  }

  private static int run(Invocation call) {
    Path file = Path.of(call.argument(0).strip());
    Map<String, Long> files = new TreeMap<>();
    JsonObject.Builder meta = JsonObject.builder();
    try {
      TarGz.read(
          file,
          (name, size, content) -> {
            files.put(name, size);
            if (name.equals("meta.json")) {
              meta.putAll(parse(content));
            }
          });
    } catch (IOException e) {
      throw Failure.usage(
          file + (Files.exists(file) ? " is not a snapshot" : ": there is no such file"));
    }
    JsonObject about = meta.build();
    if (!call.out().table()) {
      JsonObject.Builder sizes = JsonObject.builder();
      files.forEach(sizes::put);
      call.out().value(JsonObject.builder().put("meta", about).put("files", sizes.build()).build());
      return 0;
    }
    Table table = Table.plain();
    for (String name : new String[] {"ID", "Size", "Index", "Term", "Version"}) {
      table.rowUnlessEmpty(name, Secret.text(about, name));
    }
    if (!table.isEmpty()) {
      call.out().line(table.render() + "\n");
    }
    Table names = Table.titled("File", "Size");
    files.forEach((name, size) -> names.row(name, Long.toString(size)));
    call.out().line(names.render());
    return 0;
  }

  private static JsonObject parse(InputStream content) throws IOException {
    try {
      return Json.parseObject(content.readNBytes(META_BYTES_MAX));
    } catch (Json.MalformedJson e) {
      throw new IOException("meta.json is malformed");
    }
  }
}
