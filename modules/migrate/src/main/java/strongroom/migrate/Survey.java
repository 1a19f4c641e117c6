package strongroom.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks at the source, reads no secret, and says what is to be moved and what cannot. */
final class Survey {
  /** Mounts that every server has of its own. */
  private static final Set<String> BUILT_IN =
      Set.of("system", "ns_system", "identity", "ns_identity", "cubbyhole", "ns_cubbyhole");

  private final Side source;
  private final Side target;
  private final MigrationSettings settings;
  private final Ledger ledger;

  Survey(Side source, Side target, MigrationSettings settings, Ledger ledger) {
    this.source = source;
    this.target = target;
    this.settings = settings;
    this.ledger = ledger;
  }

  /**
   * The plan.
   *
   * @throws Refused where a token may not even see the mounts
   */
  Plan plan() {
    boolean whole = settings.mounts().isEmpty();
    List<String> policies = whole ? names(PolicyStep.SECTION, policies()) : List.of();
    List<String> roles = whole ? names(TokenRoleStep.SECTION, roles()) : List.of();
    ledger.found(MountStep.SECTION, 0);
    List<Mount> there = mounts(target, "sys/mounts");
    List<Plan.KvMount> kv = new ArrayList<>();
    Inventory inventory = new Inventory(source, target, ledger);
    for (Mount mount : mounts(source, "sys/mounts")) {
      if (!settings.wants(mount.path()) || BUILT_IN.contains(mount.type())) {
        continue;
      }
      Optional<Mount> same = at(there, mount.path());
      if (mount.kv()) {
        kv.add(keys(mount, same));
      } else {
        inventory.engine(mount, "", same, KnownEngines.secrets(mount.type()));
      }
    }
    for (String wanted : settings.mounts()) {
      if (kv.stream().noneMatch(k -> k.mount().path().equals(wanted))) {
        ledger.came(
            MountStep.SECTION,
            wanted,
            Outcome.FAILED,
            "the source has no mount of KV at this path");
      }
    }
    ledger.found(MountStep.SECTION, kv.size());
    if (whole) {
      authMethods(inventory);
      inventory.rest();
    }
    return new Plan(policies, roles, kv);
  }

  private interface Names {
    List<String> read();
  }

  private Names policies() {
    return new PolicyStep(source, target, settings, ledger)::names;
  }

  private Names roles() {
    return new TokenRoleStep(source, target, settings, ledger)::names;
  }

  /** A list that the token may not see leaves its section empty and the run incomplete. */
  private List<String> names(String section, Names names) {
    try {
      List<String> found = names.read();
      ledger.found(section, found.size());
      return found;
    } catch (Refused e) {
      ledger.came(section, "all", Outcome.FAILED, e.getMessage());
      return List.of();
    }
  }

  private Plan.KvMount keys(Mount mount, Optional<Mount> there) {
    settings.progress().accept("listing " + mount.path());
    String listing = mount.path() + (mount.versioned() ? "metadata/" : "");
    String section = "keys of " + mount.path();
    List<String> keys =
        KeyTree.keys(
            source,
            listing,
            (folder, refused) ->
                ledger.came(section, folder + "*", Outcome.FAILED, refused.getMessage()));
    ledger.found(section, keys.size());
    return new Plan.KvMount(mount, there, keys);
  }

  private void authMethods(Inventory inventory) {
    try {
      List<Mount> there = mounts(target, "sys/auth");
      for (Mount method : mounts(source, "sys/auth")) {
        if (!method.type().equals("token") && !method.type().equals("ns_token")) {
          inventory.engine(
              method, "auth/", at(there, method.path()), KnownEngines.auth(method.type()));
        } else if (!method.tuning().equals(tokenTuning(there))) {
          ledger.cannotMove(
              "settings of the auth method token",
              "they differ on the target, and belong to its own tokens",
              "compare \"auth list -detailed\" of both, and tune by \"auth tune\"");
        }
      }
    } catch (Refused e) {
      ledger.note("Auth methods could not be compared: " + e.getMessage());
    }
  }

  private static strongroom.logical.JsonObject tokenTuning(List<Mount> there) {
    return at(there, "token/").map(Mount::tuning).orElse(strongroom.logical.JsonObject.EMPTY);
  }

  private static List<Mount> mounts(Side side, String path) {
    return side.find(Ask.get(path)).map(Mount::all).orElse(List.of());
  }

  private static Optional<Mount> at(List<Mount> mounts, String path) {
    return mounts.stream().filter(mount -> mount.path().equals(path)).findFirst();
  }
}
