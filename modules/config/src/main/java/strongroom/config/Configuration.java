package strongroom.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import strongroom.hcl.Hcl;
import strongroom.hcl.HclBlock;
import strongroom.hcl.HclMember;
import strongroom.hcl.HclObject;
import strongroom.hcl.HclSyntax;
import strongroom.hcl.Position;

/**
 * Reads configuration files and folders, merged in their order: later ones win for single keys, and
 * listeners and seals add up.
 */
public final class Configuration {
  private static final Duration DEFAULT_TTL = Duration.ofDays(32);

  private final Problems problems = new Problems();
  private final Environment environment;

  private Configuration(Map<String, String> variables) {
    this.environment = new Environment(variables);
  }

  /**
   * What {@code files} and {@code variables} say together.
   *
   * @param files files in HCL or JSON, and folders, whose {@code .hcl} and {@code .json} files are
   *     read in the order of their names
   * @throws ConfigurationFault with everything that is wrong
   */
  public static ServerSettings load(List<Path> files, Map<String, String> variables) {
    return new Configuration(variables).read(files);
  }

  private ServerSettings read(List<Path> files) {
    List<HclMember> members = new ArrayList<>();
    for (Path file : files) {
      for (Path each : expanded(file)) {
        members.addAll(parsed(each));
      }
    }
    problems.throwIfAny();
    HclObject all = new HclObject(new Position("configuration", 1, 1), merged(members));
    Stanza top = new Stanza("the configuration", all, all.at(), Key.TOP, problems);
    StorageSettings storage = storage(all);
    List<ListenerSettings> listeners = new ListenerReader(problems).read(blocks(all, "listener"));
    if (listeners.isEmpty()) {
      problems.error(
          "there is no listener: add listener \"tcp\" { address = \"127.0.0.1:8200\" … }");
    }
    List<SealSettings> seals =
        new SealReader(environment, problems).read(blocks(all, "seal"));
    Duration defaultTtl = ttl(top, "default_lease_ttl");
    Duration maxTtl = ttl(top, "max_lease_ttl");
    if (defaultTtl.compareTo(maxTtl) > 0) {
      problems.error("default_lease_ttl is longer than max_lease_ttl");
    }
    problems.throwIfAny();
    return new ServerSettings(
        storage,
        listeners,
        seals,
        environment
            .find("API_ADDR")
            .or(() -> environment.find("REDIRECT_ADDR"))
            .or(() -> environment.find("ADVERTISE_ADDR"))
            .or(() -> top.text("api_addr"))
            .orElse(""),
        environment.find("CLUSTER_ADDR").or(() -> top.text("cluster_addr")).orElse(""),
        top.text("cluster_name").orElse(""),
        environment.find("LOG_LEVEL").or(() -> top.text("log_level")).orElse("info"),
        environment.find("LOG_FORMAT").or(() -> top.text("log_format")).orElse("standard"),
        defaultTtl,
        maxTtl,
        top.text("pid_file").map(Path::of),
        problems.notices());
  }

  private static Duration ttl(Stanza top, String key) {
    return top.duration(key).filter(duration -> !duration.isZero()).orElse(DEFAULT_TTL);
  }

  private List<Path> expanded(Path file) {
    if (!Files.isDirectory(file)) {
      return List.of(file);
    }
    try (Stream<Path> inside = Files.list(file)) {
      List<Path> found =
          inside
              .filter(Files::isRegularFile)
              .filter(
                  each -> each.toString().endsWith(".hcl") || each.toString().endsWith(".json"))
              .sorted()
              .toList();
      if (found.isEmpty()) {
        problems.error(file + ": the folder holds no .hcl and no .json file");
      }
      return found;
    } catch (IOException e) {
      problems.error(file + ": the folder cannot be read: " + e);
      return List.of();
    }
  }

  private List<HclMember> parsed(Path file) {
    try {
      return Hcl.parse(file.toString(), Files.readString(file)).members();
    } catch (IOException e) {
      problems.error(
          file + ": the file cannot be read: " + (Files.exists(file) ? e.toString() : "it does not exist"));
    } catch (HclSyntax e) {
      problems.error(e);
    }
    return List.of();
  }

  /** Blocks add up; of other keys the last one counts. */
  private static List<HclMember> merged(List<HclMember> members) {
    List<HclMember> all = new ArrayList<>();
    Map<String, HclMember> last = new LinkedHashMap<>();
    for (HclMember member : members) {
      switch (member.name()) {
        case "listener", "seal", "storage", "backend" -> all.add(member);
        default -> last.put(member.name(), member);
      }
    }
    all.addAll(last.values());
    return all;
  }

  private List<HclBlock> blocks(HclObject all, String name) {
    try {
      return all.blocks(name, 1);
    } catch (HclSyntax e) {
      problems.error(e);
      return List.of();
    }
  }

  private StorageSettings storage(HclObject all) {
    List<HclBlock> found = new ArrayList<>(blocks(all, "storage"));
    found.addAll(blocks(all, "backend"));
    if (found.isEmpty()) {
      problems.error("there is no storage: add storage \"raft\" { path = \"…\" node_id = \"…\" }");
      return new StorageSettings.InMemory();
    }
    HclBlock block = found.getLast();
    return switch (block.label()) {
      case "raft" -> raft(block);
      case "inmem" -> new StorageSettings.InMemory();
      default -> {
        problems.error(
            block.key().at(),
            "storage is \"raft\" (or \"inmem\" for trying out), not "
                + block.labels().getFirst().quoted());
        yield new StorageSettings.InMemory();
      }
    };
  }

  private StorageSettings raft(HclBlock block) {
    Stanza stanza =
        new Stanza("storage \"raft\"", block.body(), block.key().at(), Key.RAFT, problems);
    Optional<String> path = environment.find("RAFT_PATH").or(() -> stanza.text("path"));
    if (path.isEmpty()) {
      problems.error(block.key().at(), "storage \"raft\" needs path, the data folder");
    }
    return new StorageSettings.Raft(
        Path.of(path.orElse(".")),
        environment.find("RAFT_NODE_ID").or(() -> stanza.text("node_id")).orElse("node1"),
        stanza.number("snapshot_threshold").filter(n -> n > 0),
        stanza.number("max_entry_size").filter(n -> n > 0));
  }
}
