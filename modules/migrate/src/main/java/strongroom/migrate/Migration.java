package strongroom.migrate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * One run: looks, tells the plan, moves what the target lacks, and reads all of it back.
 *
 * <p>Policies go first, so that no secret is on the target before what guards it. A run that was
 * cut off is begun again from the start: what is in place is found so, and left.
 */
public final class Migration {
  private static final int EXTRAS_SHOWN_MAX = 20;

  private final MigrationSettings settings;
  private final Side source;
  private final Side target;
  private final Ledger ledger = new Ledger();
  private final Set<String> notToVerify = ConcurrentHashMap.newKeySet();

  /** A run from {@code source} to {@code target}. */
  public Migration(Api source, Api target, MigrationSettings settings) {
    this(source, target, settings, Thread::sleep);
  }

  Migration(Api source, Api target, MigrationSettings settings, Backoff.Pause pause) {
    this.settings = settings;
    InstantSource clock = settings.clock();
    this.source = new Side("source", source, new Backoff(clock, pause), true);
    this.target = new Side("target", target, new Backoff(clock, pause), settings.dryRun());
  }

  /** Runs, and says what came of it; a run that had to end early says so in the report. */
  public Report run() {
    Instant started = settings.clock().instant();
    String interrupted = "";
    try {
      greet();
      Plan plan = new Survey(source, target, settings, ledger).plan();
      plan.lines().forEach(line -> settings.progress().accept("plan: " + line));
      List<Plan.KvMount> reachable = frame(plan);
      if (!settings.dryRun()) {
        reachable.forEach(this::content);
        verify(plan, reachable);
      }
      explain(plan);
    } catch (MigrationFault e) {
      interrupted = e.getMessage();
    }
    return new Report(
        started,
        settings.clock().instant(),
        settings.source(),
        settings.target(),
        settings.dryRun(),
        interrupted,
        ledger.sections(),
        ledger.findings(),
        ledger.leftBehind(),
        ledger.notes());
  }

  /** Both are there, know their tokens, and are not the same. */
  private void greet() {
    String cluster = greet(source);
    if (!cluster.isEmpty() && cluster.equals(greet(target))) {
      throw new Unreachable(
          "source and target are the same server: the source is -source-address, the target"
              + " -address or VAULT_ADDR");
    }
  }

  /** The id of the cluster. */
  private static String greet(Side side) {
    Answer status = side.ask(Ask.get("sys/seal-status"));
    if (!status.good()) {
      throw new Refused(side.name(), Ask.get("sys/seal-status"), status);
    }
    if (Shapes.flag(status.body(), "sealed")) {
      throw new Unreachable("the " + side.name() + " is sealed: unseal it first");
    }
    Answer self = side.ask(Ask.get("auth/token/lookup-self"));
    if (!self.good()) {
      throw new Unreachable(
          "the " + side.name() + " does not accept the token for it (" + self.status() + ")");
    }
    return Shapes.text(status.body(), "cluster_id");
  }

  /** Moves all but the keys, and says which mounts' keys can follow; a dry run only compares. */
  private List<Plan.KvMount> frame(Plan plan) {
    each(PolicyStep.SECTION, plan.policies(), policies()::move);
    each(TokenRoleStep.SECTION, plan.roles(), roles()::move);
    MountStep mounts = mounts();
    return plan.mounts().stream().filter(kv -> mounts.move(kv.mount(), kv.there())).toList();
  }

  private void content(Plan.KvMount kv) {
    keys(kv);
    if (kv.mount().versioned()) {
      configs().move(kv.mount().path());
    }
  }

  private void keys(Plan.KvMount kv) {
    Keys keys = keysOf(kv.mount());
    Progress progress = new Progress("moving " + kv.mount().path(), kv.keys().size(), settings);
    Crew.each(
        kv.keys(),
        settings.parallel(),
        key -> {
          try {
            keys.move(key).ifPresent(result -> count(kv, key, result));
          } catch (Refused e) {
            count(kv, key, new Keys.Result(Outcome.FAILED, e.getMessage()));
          }
          progress.step();
        });
    if (kv.there().isPresent()) {
      extras(kv, keys);
    }
  }

  private void count(Plan.KvMount kv, String key, Keys.Result result) {
    switch (result.outcome()) {
      case MOVED, IN_PLACE -> ledger.came(kv.section(), result.outcome());
      case DIFFERS, FAILED -> {
        notToVerify.add(kv.mount().path() + key);
        ledger.came(kv.section(), key, result.outcome(), result.why());
      }
    }
  }

  /** Keys that the source has not: deleted there since the last run, or the target's own. */
  private void extras(Plan.KvMount kv, Keys keys) {
    Set<String> known = new HashSet<>(kv.keys());
    List<String> extras =
        KeyTree.keys(target, keys.listing(), (folder, refused) -> {}).stream()
            .filter(key -> !known.contains(key))
            .toList();
    if (!extras.isEmpty()) {
      List<String> shown = extras.subList(0, Math.min(EXTRAS_SHOWN_MAX, extras.size()));
      ledger.note(
          "The target has "
              + extras.size()
              + " keys in "
              + kv.mount().path()
              + " that the source does not have; they were left alone: "
              + String.join(", ", shown)
              + (extras.size() > shown.size() ? ", …" : ""));
    }
  }

  private void verify(Plan plan, List<Plan.KvMount> reachable) {
    verifyEach(PolicyStep.SECTION, plan.policies(), policies()::verify);
    verifyEach(TokenRoleStep.SECTION, plan.roles(), roles()::verify);
    Map<String, Mount> wanted = new HashMap<>();
    plan.mounts().forEach(kv -> wanted.put(kv.mount().path(), kv.mount()));
    List<Mount> there = target.find(Ask.get("sys/mounts")).map(Mount::all).orElse(List.of());
    verifyEach(
        MountStep.SECTION,
        List.copyOf(wanted.keySet()),
        path -> mounts().verify(require(wanted, path), there));
    for (Plan.KvMount kv : reachable) {
      Keys keys = keysOf(kv.mount());
      Progress progress =
          new Progress("verifying " + kv.mount().path(), kv.keys().size(), settings);
      Crew.each(
          kv.keys(),
          settings.parallel(),
          key -> {
            if (!notToVerify.contains(kv.mount().path() + key)) {
              verify(kv, keys, key);
            }
            progress.step();
          });
      if (kv.mount().versioned()) {
        verifyEach(
            KvConfigStep.SECTION, List.of(kv.mount().path()), path -> configs().verify(path));
      }
    }
  }

  private void verify(Plan.KvMount kv, Keys keys, String key) {
    try {
      Optional<String> difference = keys.difference(key);
      if (difference.isEmpty()) {
        ledger.verified(kv.section());
      } else {
        ledger.unverified(kv.section(), key, difference.get());
      }
    } catch (Refused e) {
      ledger.unverified(kv.section(), key, e.getMessage());
    }
  }

  /** Does {@code work} with each name; a refusal is that entry's. */
  private void each(String section, List<String> names, Consumer<String> work) {
    for (String name : names) {
      try {
        work.accept(name);
      } catch (Refused e) {
        ledger.came(section, name, Outcome.FAILED, e.getMessage());
      }
    }
  }

  /** The same at the end, for what no finding is about yet. */
  private void verifyEach(String section, List<String> names, Consumer<String> work) {
    Set<String> found = new HashSet<>();
    for (Report.Finding finding : ledger.findings()) {
      if (finding.section().equals(section)) {
        found.add(finding.name());
      }
    }
    for (String name : names) {
      if (!found.contains(name)) {
        try {
          work.accept(name);
        } catch (Refused e) {
          ledger.unverified(section, name, e.getMessage());
        }
      }
    }
  }

  private Keys keysOf(Mount mount) {
    return mount.versioned()
        ? new VersionedKeys(
            mount.path(),
            source,
            target,
            settings.overwrite(),
            configs().kept(mount.path()),
            settings.clock())
        : new PlainKeys(mount.path(), source, target, settings.overwrite());
  }

  private static Mount require(Map<String, Mount> mounts, String path) {
    return Optional.ofNullable(mounts.get(path)).orElseThrow();
  }

  private PolicyStep policies() {
    return new PolicyStep(source, target, settings, ledger);
  }

  private TokenRoleStep roles() {
    return new TokenRoleStep(source, target, settings, ledger);
  }

  private MountStep mounts() {
    return new MountStep(target, settings, ledger);
  }

  private KvConfigStep configs() {
    return new KvConfigStep(source, target, settings.overwrite(), ledger);
  }

  private void explain(Plan plan) {
    if (plan.mounts().stream().anyMatch(kv -> kv.mount().versioned())) {
      ledger.note(
          "No API sets created_time: versions of KV bear the time at which they were moved, under"
              + " the numbers they had.");
      ledger.note(
          "The content of a deleted version cannot be read: it is deleted and destroyed on the"
              + " target. Undelete it on the source first where it is to be kept.");
    }
    ledger.note(
        "Tokens, leases, cubbyholes and wrapped answers stay behind: clients get new tokens from"
            + " the target.");
  }
}
