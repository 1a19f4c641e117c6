package strongroom.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code debug} can collect.
 *
 * @param name as {@code -target} has it
 * @param file the file of the bundle that it goes to
 * @param once whether once is enough
 * @param paths where it is, by the name that the answer gets; none where a server of Vault's kind
 *     has it and this command does not collect it
 */
record DebugTarget(String name, String file, boolean once, Map<String, String> paths) {
  private static final Map<String, DebugTarget> KNOWN = known();

  /** All that {@code -target} takes. */
  static final List<String> NAMES = List.copyOf(KNOWN.keySet());

  private static Map<String, DebugTarget> known() {
    Map<String, String> status = new LinkedHashMap<>();
    status.put("health", "sys/health");
    status.put("seal", "sys/seal-status");
    status.put("leader", "sys/leader");
    status.put("ha", "sys/ha-status");
    Map<String, DebugTarget> known = new LinkedHashMap<>();
    for (DebugTarget target :
        List.of(
            new DebugTarget(
                "config", "config.json", true, Map.of("config", "sys/config/state/sanitized")),
            new DebugTarget("host", "host_info.json", false, Map.of("host", "sys/host-info")),
            new DebugTarget(
                "requests", "requests.json", false, Map.of("requests", "sys/in-flight-req")),
            new DebugTarget("metrics", "metrics.json", false, Map.of("metrics", "sys/metrics")),
            new DebugTarget("pprof", "", true, Map.of()),
            new DebugTarget(
                "replication-status",
                "replication_status.json",
                false,
                Map.of("replication", "sys/replication/status")),
            new DebugTarget("server-status", "server_status.json", false, status),
            new DebugTarget("log", "", true, Map.of()),
            new DebugTarget(
                "seal",
                "seal.json",
                false,
                Map.of("backends", "sys/seal-backend-status", "key", "sys/key-status")),
            new DebugTarget(
                "raft",
                "raft.json",
                false,
                Map.of(
                    "configuration",
                    "sys/storage/raft/configuration",
                    "autopilot",
                    "sys/storage/raft/autopilot/state")))) {
      known.put(target.name(), target);
    }
    return known;
  }

  /** The targets called {@code names}; all where there are none. */
  static List<DebugTarget> all(List<String> names) {
    List<DebugTarget> targets = new ArrayList<>();
    for (String name : names.isEmpty() ? NAMES : names) {
      DebugTarget target = KNOWN.get(name);
      if (target == null) {
        throw Failure.usage("there is no target " + name + ": " + String.join(", ", NAMES));
      }
      targets.add(target);
    }
    return targets;
  }
}
