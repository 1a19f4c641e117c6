package strongroom.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import strongroom.hcl.HclBlock;
import strongroom.hcl.HclKey;
import strongroom.hcl.Spelling;

/** Reads storage. */
final class StorageReader {
  private static final Set<String> TYPES = Set.of("raft", "inmem");
  private static final int DEFAULT_MULTIPLIER = 5;

  private final Environment environment;
  private final Problems problems;

  StorageReader(Environment environment, Problems problems) {
    this.environment = environment;
    this.problems = problems;
  }

  /** The storage of the top level; something harmless where there is a problem. */
  StorageSettings read(StanzaReader top) {
    Optional<HclBlock> block = top.onlyBlock("storage", 1);
    if (block.isEmpty()) {
      problems.problem(
          top.at().file(), "there is no storage; write storage \"raft\" { path = \"/a/folder\" }");
      return new StorageSettings.InMemory();
    }
    String type = block.get().label();
    StorageSettings storage =
        switch (type) {
          case "raft" ->
              readRaft(StanzaReader.of(ServerStanzas.RAFT, block.get(), environment, problems));
          case "inmem", "inmem_ha", "inmem_transactional", "inmem_transactional_ha" -> {
            StanzaReader.of(ServerStanzas.INMEM, block.get(), environment, problems);
            yield new StorageSettings.InMemory();
          }
          default -> {
            problems.problem(
                block.get().labels().getFirst().at(),
                "there is no storage "
                    + HclKey.quoted(type)
                    + "; available are \"raft\" (on disk) and \"inmem\" (lost at the end)"
                    + Spelling.hint(type, TYPES));
            yield new StorageSettings.InMemory();
          }
        };
    Optional<HclBlock> coordination = top.onlyBlock("ha_storage", 1);
    if (coordination.isPresent() && storage instanceof StorageSettings.Raft) {
      problems.problem(
          coordination.get().key().at(),
          "storage \"raft\" coordinates by itself; remove \"ha_storage\"");
    }
    return storage;
  }

  private StorageSettings readRaft(StanzaReader reader) {
    Optional<Path> folder = reader.path("path");
    if (folder.isEmpty()) {
      problems.problem(
          reader.at(),
          "storage \"raft\" has no \"path\": write the folder of the data, or set VAULT_RAFT_PATH");
    }
    long multiplier = reader.whole("performance_multiplier", 0, 0, 10);
    return new StorageSettings.Raft(
        folder.orElse(Path.of("")),
        reader.text("node_id"),
        multiplier == 0 ? DEFAULT_MULTIPLIER : (int) multiplier,
        orDefault(reader.whole("trailing_logs", 0, 0, Integer.MAX_VALUE), 10_000),
        orDefault(reader.whole("snapshot_threshold", 0, 0, Integer.MAX_VALUE), 8_192),
        reader.duration("snapshot_interval", Duration.ofMinutes(2)),
        (int) orDefault(reader.whole("max_entry_size", 0, 0, 256 << 20), 1 << 20),
        (int) orDefault(reader.whole("max_transaction_size", 0, 0, 256 << 20), 8 << 20),
        readJoins(reader),
        reader.bool("retry_join_as_non_voter", false));
  }

  private static long orDefault(long value, long fallback) {
    return value == 0 ? fallback : value;
  }

  private List<StorageSettings.RetryJoin> readJoins(StanzaReader raft) {
    List<StorageSettings.RetryJoin> joins = new ArrayList<>();
    for (HclBlock block : raft.blocks("retry_join", 0)) {
      StanzaReader reader = StanzaReader.of(ServerStanzas.RETRY_JOIN, block, environment, problems);
      Optional<String> address = reader.text("leader_api_addr");
      if (address.isPresent() && !isUrl(address.get())) {
        problems.problem(
            reader.given("leader_api_addr").orElseThrow().at(),
            "\"leader_api_addr\" takes a whole URL, such as \"https://host.example:8200\"");
      } else if (address.isPresent()) {
        joins.add(
            new StorageSettings.RetryJoin(
                address.get(),
                reader.text("leader_tls_servername"),
                reader.text("leader_ca_cert").or(() -> reader.text("leader_ca_cert_file")),
                reader.text("leader_client_cert").or(() -> reader.text("leader_client_cert_file")),
                reader.text("leader_client_key").or(() -> reader.text("leader_client_key_file"))));
      }
    }
    return joins;
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
