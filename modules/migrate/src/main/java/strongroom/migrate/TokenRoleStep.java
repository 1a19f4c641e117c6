package strongroom.migrate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/** The roles that tokens are made by ({@code auth/token/roles}). */
final class TokenRoleStep {
  static final String SECTION = "token roles";
  private static final String BASE = "auth/token/roles";

  private final Side source;
  private final Side target;
  private final MigrationSettings settings;
  private final Ledger ledger;

  TokenRoleStep(Side source, Side target, MigrationSettings settings, Ledger ledger) {
    this.source = source;
    this.target = target;
    this.settings = settings;
    this.ledger = ledger;
  }

  List<String> names() {
    return source.list(BASE);
  }

  void move(String name) {
    Optional<JsonObject> wanted = read(source, name);
    if (wanted.isEmpty()) {
      return;
    }
    Optional<JsonObject> there = read(target, name);
    if (there.isPresent()) {
      List<String> differences = differences(wanted.get(), there.get());
      if (differences.isEmpty()) {
        ledger.came(SECTION, Outcome.IN_PLACE);
        return;
      }
      if (!settings.overwrite()) {
        ledger.came(
            SECTION,
            name,
            Outcome.DIFFERS,
            "the target's role differs in " + String.join(", ", differences));
        return;
      }
    }
    if (!settings.dryRun()) {
      target.write(BASE + "/" + name, wanted.get());
      ledger.came(SECTION, Outcome.MOVED);
    }
  }

  void verify(String name) {
    Optional<JsonObject> wanted = read(source, name);
    Optional<JsonObject> there = read(target, name);
    if (wanted.isPresent() && there.isPresent()) {
      List<String> differences = differences(wanted.get(), there.get());
      if (differences.isEmpty()) {
        ledger.verified(SECTION);
      } else {
        ledger.unverified(SECTION, name, "it differs in " + String.join(", ", differences));
      }
    } else if (wanted.isPresent()) {
      ledger.unverified(SECTION, name, "it is not on the target");
    }
  }

  /** A role as it can be written: without its name, nulls, and fields that have a newer name. */
  private static Optional<JsonObject> read(Side side, String name) {
    return side.data(BASE + "/" + name)
        .map(
            data -> {
              JsonObject.Builder role = JsonObject.builder();
              for (Map.Entry<String, JsonValue> field : data.members().entrySet()) {
                boolean renamed = data.member("token_" + field.getKey()).isPresent();
                boolean written = !(field.getValue() instanceof JsonNull);
                if (!field.getKey().equals("name") && !renamed && written) {
                  role.put(field.getKey(), field.getValue());
                }
              }
              return role.build();
            });
  }

  /** The fields in which roles differ; one that a server leaves out is zero there. */
  private static List<String> differences(JsonObject wanted, JsonObject there) {
    Set<String> names = new HashSet<>(wanted.members().keySet());
    names.addAll(there.members().keySet());
    List<String> differing = new ArrayList<>();
    for (String name : names.stream().sorted().toList()) {
      JsonValue a = wanted.member(name).orElse(JsonNull.NULL);
      JsonValue b = there.member(name).orElse(JsonNull.NULL);
      boolean same =
          a.equals(b)
              || (Shapes.isZero(a) && Shapes.isZero(b))
              || (a instanceof JsonArray x
                  && b instanceof JsonArray y
                  && new HashSet<>(x.items()).equals(new HashSet<>(y.items())));
      if (!same) {
        differing.add(name);
      }
    }
    return differing;
  }
}
