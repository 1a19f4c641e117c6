package strongroom.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.JsonObject;

/** Enables the source's mounts of KV on the target, and tunes them alike. */
final class MountStep {
  static final String SECTION = "mounts";

  private final Side target;
  private final MigrationSettings settings;
  private final Ledger ledger;

  MountStep(Side target, MigrationSettings settings, Ledger ledger) {
    this.target = target;
    this.settings = settings;
    this.ledger = ledger;
  }

  /** What a dry run says of {@code wanted}. */
  static String plan(Mount wanted, Optional<Mount> there) {
    if (there.isEmpty()) {
      return "new on the target";
    }
    if (!fits(wanted, there.get())) {
      return "CANNOT MOVE: " + taken(there.get());
    }
    List<String> differences = differences(wanted, there.get());
    return differences.isEmpty()
        ? "on the target already"
        : "on the target already, with other settings: " + String.join(", ", differences);
  }

  /** Whether the keys of {@code wanted} can go to {@code there}. */
  static boolean fits(Mount wanted, Mount there) {
    return there.kv() && there.versioned() == wanted.versioned();
  }

  private static String taken(Mount there) {
    return "the target has "
        + there.type()
        + (there.kv() ? " version " + (there.versioned() ? "2" : "1") : "")
        + " at this path";
  }

  /** Puts {@code wanted} in place, and says whether its keys can follow. */
  boolean move(Mount wanted, Optional<Mount> there) {
    if (!wanted.untunable().isEmpty()) {
      ledger.cannotMove(
          "settings of the mount " + wanted.path() + ": " + String.join(", ", wanted.untunable()),
          "Strongroom does not have them",
          "see whether they matter for KV; most belong to other engines");
    }
    try {
      if (there.isEmpty()) {
        if (!settings.dryRun()) {
          enable(wanted);
          ledger.came(SECTION, Outcome.MOVED);
        }
        return true;
      }
      if (!fits(wanted, there.get())) {
        ledger.came(
            SECTION,
            wanted.path(),
            Outcome.DIFFERS,
            taken(there.get()) + "; move that one away, then run this again");
        return false;
      }
      tune(wanted, there.get());
      return true;
    } catch (Refused e) {
      ledger.came(SECTION, wanted.path(), Outcome.FAILED, e.getMessage());
      return there.isPresent();
    }
  }

  private void enable(Mount wanted) {
    target.write(
        "sys/mounts/" + wanted.path(),
        JsonObject.builder()
            .put("type", "kv")
            .put("description", wanted.description())
            .put("options", JsonObject.ofStrings(Map.of("version", wanted.versioned() ? "2" : "1")))
            .put("config", wanted.tuning())
            .put("local", wanted.local())
            .put("seal_wrap", wanted.sealWrap())
            .build());
  }

  private void tune(Mount wanted, Mount there) {
    List<String> differences = differences(wanted, there);
    boolean unset = there.tuning().isEmpty() && there.description().isEmpty();
    if (differences.isEmpty()) {
      ledger.came(SECTION, Outcome.IN_PLACE);
    } else if (unset || settings.overwrite()) {
      if (!settings.dryRun()) {
        tune(wanted, there.tuning());
        ledger.came(SECTION, Outcome.MOVED);
      }
    } else {
      ledger.came(
          SECTION,
          wanted.path(),
          Outcome.DIFFERS,
          "its settings differ on the target: " + String.join(", ", differences));
    }
  }

  private void tune(Mount wanted, JsonObject before) {
    JsonObject.Builder body = JsonObject.builder().put("description", wanted.description());
    // What the source has not set is unset where the target has: overwriting is all or nothing.
    before.members().keySet().forEach(name -> unset(body, name, before));
    target.write("sys/mounts/" + wanted.path() + "tune", body.putAll(wanted.tuning()).build());
  }

  void verify(Mount wanted, List<Mount> all) {
    Optional<Mount> there =
        all.stream().filter(mount -> mount.path().equals(wanted.path())).findFirst();
    if (there.isPresent()
        && fits(wanted, there.get())
        && differences(wanted, there.get()).isEmpty()) {
      ledger.verified(SECTION);
    } else {
      ledger.unverified(SECTION, wanted.path(), "it is not mounted alike on the target");
    }
  }

  private static void unset(JsonObject.Builder body, String name, JsonObject tuning) {
    switch (tuning.member(name).orElseThrow()) {
      case strongroom.logical.JsonNumber number -> body.put(name, 0);
      case strongroom.logical.JsonBoolean on -> body.put(name, false);
      case strongroom.logical.JsonArray array -> body.put(name, List.of());
      case strongroom.logical.JsonValue other -> body.put(name, "");
    }
  }

  private static List<String> differences(Mount wanted, Mount there) {
    List<String> names = new ArrayList<>();
    if (!wanted.description().equals(there.description())) {
      names.add("description");
    }
    JsonObject a = wanted.tuning();
    JsonObject b = there.tuning();
    List<String> all = new ArrayList<>(a.members().keySet());
    b.members().keySet().stream().filter(name -> !all.contains(name)).forEach(all::add);
    all.stream().filter(name -> !a.member(name).equals(b.member(name))).forEach(names::add);
    return names;
  }
}
