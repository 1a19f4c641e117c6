package strongroom.migrate;

import java.util.List;
import java.util.Optional;

/**
 * What is to be moved.
 *
 * @param policies the names of policies
 * @param roles the names of token roles
 * @param mounts the mounts of KV
 */
record Plan(List<String> policies, List<String> roles, List<KvMount> mounts) {
  /**
   * A mount of KV with the names of its keys.
   *
   * @param mount the mount on the source
   * @param there what the target has at this path
   * @param keys its keys' names
   */
  record KvMount(Mount mount, Optional<Mount> there, List<String> keys) {
    String section() {
      return "keys of " + mount.path();
    }
  }

  /** The plan for people, a line each. */
  List<String> lines() {
    List<String> lines = new java.util.ArrayList<>();
    lines.add("policies: " + policies.size());
    lines.add("token roles: " + roles.size());
    for (KvMount kv : mounts) {
      lines.add(
          String.format(
              java.util.Locale.ROOT,
              "%s KV version %s, %,d keys: %s",
              kv.mount().path(),
              kv.mount().versioned() ? "2" : "1",
              kv.keys().size(),
              MountStep.plan(kv.mount(), kv.there())));
    }
    return lines;
  }
}
