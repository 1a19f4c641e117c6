package strongroom.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonObject;

/**
 * Looks at what cannot move and says so: other engines and auth methods with what they hold,
 * namespaces, identities, audit devices, quotas. Where the target has the same at the same path,
 * what the API lets both tell is compared.
 */
final class Inventory {
  private final Side source;
  private final Side target;
  private final Ledger ledger;

  Inventory(Side source, Side target, Ledger ledger) {
    this.source = source;
    this.target = target;
    this.ledger = ledger;
  }

  /** A secrets engine or an auth method, with {@code base} before its path where it is one. */
  void engine(Mount mount, String base, Optional<Mount> there, KnownEngines.Known known) {
    String at = base + mount.path();
    String what =
        (base.isEmpty() ? "secrets engine " : "auth method ") + mount.type() + " at " + at;
    boolean alike = there.filter(t -> t.type().equals(mount.type())).isPresent();
    List<String> holds = new ArrayList<>();
    for (String list : known.lists()) {
      List<String> names = names(at + list);
      if (!names.isEmpty()) {
        holds.add(names.size() + " " + list + (alike ? compared(at + list, names) : ""));
      }
    }
    String content = holds.isEmpty() ? "" : " (" + String.join(", ", holds) + ")";
    ledger.cannotMove(
        what + content,
        alike
            ? "this command does not move its content; the target has one there too"
            : "Strongroom does not have it, or it is not enabled on the target",
        known.advice());
  }

  private String compared(String list, List<String> names) {
    long same = names.stream().filter(name -> same(list + "/" + name)).count();
    return ", " + same + " of them the same on the target";
  }

  private boolean same(String path) {
    try {
      Optional<JsonObject> a = source.data(path).map(Shapes::withoutZeros);
      return a.isPresent() && a.equals(target.data(path).map(Shapes::withoutZeros));
    } catch (Refused e) {
      return false;
    }
  }

  /** What a list holds; nothing where the source does not have, or does not show, it. */
  private List<String> names(String path) {
    try {
      return source.list(path);
    } catch (Refused e) {
      if (e.status() == 403) {
        ledger.note("The source's token may not look at " + path + ": it may hold more.");
      }
      return List.of();
    }
  }

  /** What a server has beside its mounts. */
  void rest() {
    count("sys/namespaces", "namespaces", "run this once for each, with -source-namespace=NAME");
    count(
        "identity/entity/id",
        "identity entities",
        "policies on entities and groups do not apply: put them on token roles");
    count(
        "identity/group/id",
        "identity groups",
        "policies on entities and groups do not apply: put them on token roles");
    count("sys/quotas/rate-limit", "rate limit quotas", "limit in front of the server");
    count("sys/quotas/lease-count", "lease count quotas", "know of it");
    count("sys/policies/password", "password policies", "keep their text for later");
    count("sys/policies/rgp", "role governing policies", "rewrite them as policies on paths");
    count("sys/policies/egp", "endpoint governing policies", "rewrite them as policies on paths");
    audit();
  }

  private void count(String path, String what, String advice) {
    List<String> names = names(path);
    if (!names.isEmpty()) {
      String shown = String.join(", ", names.subList(0, Math.min(5, names.size())));
      ledger.cannotMove(
          names.size() + " " + what + " (" + shown + (names.size() > 5 ? ", …" : "") + ")",
          "Strongroom does not have them yet",
          advice);
    }
  }

  private void audit() {
    try {
      List<Mount> devices = source.find(Ask.get("sys/audit")).map(Mount::all).orElse(List.of());
      for (Mount device : devices) {
        ledger.cannotMove(
            "audit device " + device.type() + " at " + device.path(),
            "Strongroom has no audit devices yet",
            "keep an access log in front of the server until it has");
      }
    } catch (Refused e) {
      ledger.note("The source's token may not look at sys/audit: audit devices are not listed.");
    }
  }
}
