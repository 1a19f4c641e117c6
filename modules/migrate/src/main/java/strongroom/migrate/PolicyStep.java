package strongroom.migrate;

import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonObject;

/** The policies of {@code sys/policies/acl}. */
final class PolicyStep {
  static final String SECTION = "policies";
  private static final String BASE = "sys/policies/acl";

  private final Side source;
  private final Side target;
  private final MigrationSettings settings;
  private final Ledger ledger;

  PolicyStep(Side source, Side target, MigrationSettings settings, Ledger ledger) {
    this.source = source;
    this.target = target;
    this.settings = settings;
    this.ledger = ledger;
  }

  /** The names; {@code root} is no policy that anybody could write. */
  List<String> names() {
    return source.list(BASE).stream().filter(name -> !name.equals("root")).toList();
  }

  void move(String name) {
    Optional<JsonObject> read = source.data(path(name));
    if (read.isEmpty()) {
      return;
    }
    String wanted = Shapes.text(read.get(), "policy");
    String there = text(target, name);
    lookFor(name, read.get(), wanted);
    if (wanted.equals(there)) {
      ledger.came(SECTION, Outcome.IN_PLACE);
    } else if (name.equals("default") && !settings.overwrite()) {
      ledger.came(SECTION, Outcome.IN_PLACE);
      ledger.cannotMove(
          "the policy default",
          "both servers come with one, and their texts differ: the target keeps its own",
          "if you changed the source's, make the same change on the target, or use -overwrite");
    } else if (wanted.isEmpty()) {
      ledger.came(SECTION, name, Outcome.FAILED, "it is empty, and an empty one cannot be written");
    } else if (there.isEmpty() || settings.overwrite()) {
      if (!settings.dryRun()) {
        target.write(path(name), JsonObject.builder().put("policy", wanted).build());
        ledger.came(SECTION, Outcome.MOVED);
      }
    } else {
      ledger.came(SECTION, name, Outcome.DIFFERS, "the target has another policy by this name");
    }
  }

  private void lookFor(String name, JsonObject read, String text) {
    if (text.contains("{{identity.") && !name.equals("default")) {
      ledger.cannotMove(
          "templates in the policy " + name,
          "it names {{identity…}}, and Strongroom has no identities yet",
          "write the paths out, one policy a client");
    }
    for (String field : List.of("expiration", "cas_required")) {
      if (read.member(field).filter(value -> !Shapes.isZero(value)).isPresent()) {
        ledger.cannotMove(
            field + " of the policy " + name, "Strongroom's policies do not have it", "know of it");
      }
    }
  }

  void verify(String name) {
    if (text(source, name).equals(text(target, name))) {
      ledger.verified(SECTION);
    } else if (!name.equals("default") || settings.overwrite()) {
      ledger.unverified(SECTION, name, "the target has another policy by this name");
    }
  }

  private static String text(Side side, String name) {
    return side.data(path(name)).map(data -> Shapes.text(data, "policy")).orElse("");
  }

  private static String path(String name) {
    return BASE + "/" + name;
  }
}
