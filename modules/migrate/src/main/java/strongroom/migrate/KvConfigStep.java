package strongroom.migrate;

import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonObject;

/**
 * The settings of a mount of KV version 2 ({@code :mount/config}). They come after the mount's
 * keys, since they would have versions drop out and expire while these are written.
 */
final class KvConfigStep {
  static final String SECTION = "KV configurations";
  private static final List<String> KNOWN =
      List.of("max_versions", "cas_required", "delete_version_after");

  /** What KV keeps of a key where neither it nor its mount says a number. */
  private static final long KEPT_BY_DEFAULT = 10;

  private final Side source;
  private final Side target;
  private final boolean overwrite;
  private final Ledger ledger;

  KvConfigStep(Side source, Side target, boolean overwrite, Ledger ledger) {
    this.source = source;
    this.target = target;
    this.overwrite = overwrite;
    this.ledger = ledger;
  }

  /** How many versions {@code mount} on the target keeps of a key that says nothing. */
  long kept(String mount) {
    long number =
        target.data(mount + "config").map(data -> Shapes.number(data, "max_versions")).orElse(0L);
    return number > 0 ? number : KEPT_BY_DEFAULT;
  }

  void move(String mount) {
    ledger.found(SECTION, 1);
    try {
      JsonObject all = source.data(mount + "config").orElse(JsonObject.EMPTY);
      if (Shapes.flag(all, "metadata_cas_required")) {
        ledger.cannotMove(
            "metadata_cas_required of " + mount,
            "Strongroom does not have it",
            "writers of metadata are not made to name a version");
      }
      JsonObject wanted = known(all);
      JsonObject there = known(target.data(mount + "config").orElse(JsonObject.EMPTY));
      if (wanted.equals(there)) {
        ledger.came(SECTION, Outcome.IN_PLACE);
      } else if (there.equals(known(JsonObject.EMPTY)) || overwrite) {
        target.write(mount + "config", wanted);
        ledger.came(SECTION, Outcome.MOVED);
      } else {
        ledger.came(SECTION, mount, Outcome.DIFFERS, "the target's configuration is another");
      }
    } catch (Refused e) {
      ledger.came(SECTION, mount, Outcome.FAILED, e.getMessage());
    }
  }

  void verify(String mount) {
    Optional<JsonObject> wanted = source.data(mount + "config").map(KvConfigStep::known);
    if (wanted.equals(target.data(mount + "config").map(KvConfigStep::known))) {
      ledger.verified(SECTION);
    } else {
      ledger.unverified(SECTION, mount, "the target's configuration is another");
    }
  }

  private static JsonObject known(JsonObject data) {
    String after = Shapes.text(data, KNOWN.get(2));
    return JsonObject.builder()
        .put(KNOWN.get(0), Shapes.number(data, KNOWN.get(0)))
        .put(KNOWN.get(1), Shapes.flag(data, KNOWN.get(1)))
        // Some servers write the "never" of a mount as -1ns.
        .put(KNOWN.get(2), after.isEmpty() ? "0s" : after.startsWith("-") ? "-1s" : after)
        .build();
  }
}
