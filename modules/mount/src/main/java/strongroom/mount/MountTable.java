package strongroom.mount;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.engine.Call;
import strongroom.engine.EndpointTable;
import strongroom.engine.Engine;
import strongroom.logical.Refusal;
import strongroom.storage.KeyLocks;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

/**
 * The mounts, and the way from a path to its engine.
 *
 * <p>Changes are made one at a time under {@link #writer}, stored, and then published as a new
 * immutable table; requests read the table that is published when they come.
 */
public final class MountTable implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MountTable.class);

  private static final int MOUNTS_MAX = 10_000;

  private final Storage barrier;
  private final EngineTypes types;
  private final SystemTtl systemTtl;
  private final Clock clock;
  private final Consumer<Set<String>> sealWrap;
  private final ReentrantLock writer = new ReentrantLock();
  private final Map<String, String> moves = new ConcurrentHashMap<>();
  private volatile Table table = new Table(Map.of(), 0, Map.of());
  private volatile boolean closed;

  /**
   * How long leases last where a mount does not say.
   *
   * @param defaultTtl without a wish
   * @param maxTtl at most
   */
  public record SystemTtl(Duration defaultTtl, Duration maxTtl) {}

  /**
   * All mounts.
   *
   * @param routes by path
   * @param leaving those that answer nothing any more, while their storage is emptied, by uuid;
   *     their paths are free
   */
  private record Table(Map<String, Route> routes, int partsMax, Map<String, MountEntry> leaving) {}

  /**
   * Works on {@code barrier}.
   *
   * @param types what can be mounted
   * @param sealWrap is given the folders of the mounts that are sealed twice, whenever they change
   */
  public MountTable(
      Storage barrier,
      EngineTypes types,
      SystemTtl systemTtl,
      Clock clock,
      Consumer<Set<String>> sealWrap) {
    this.sealWrap = sealWrap;
    this.barrier = barrier;
    this.types = types;
    this.systemTtl = systemTtl;
    this.clock = clock;
  }

  /** The stored secrets engine at {@code path}, read before any table is started. */
  public static Optional<MountEntry> stored(Storage barrier, String path) {
    return StoredMounts.read(barrier).stream()
        .filter(entry -> entry.path().equals(path) && !entry.tainted())
        .findFirst();
  }

  /** Reads the stored mounts and makes their engines. */
  public void start() {
    writer.lock();
    try {
      Map<String, Route> routes = new HashMap<>();
      Map<String, MountEntry> leaving = new HashMap<>();
      for (MountEntry entry : StoredMounts.read(barrier)) {
        if (entry.tainted()) {
          leaving.put(entry.uuid(), entry);
        } else {
          routes.put(entry.path(), route(entry, new KeyLocks()));
        }
      }
      publish(routes, leaving);
      leaving.values().forEach(this::finishDisabling);
      routes.values().forEach(route -> route.engine().start());
    } finally {
      writer.unlock();
    }
  }

  /** The mount of {@code path}: the longest that is its beginning. */
  public Optional<Route> route(String path) {
    Table now = table;
    Route found = null;
    int slash = path.indexOf('/');
    for (int part = 1; slash >= 0 && part <= now.partsMax(); part++) {
      Route route = now.routes().get(path.substring(0, slash + 1));
      if (route != null) {
        found = route;
      }
      slash = path.indexOf('/', slash + 1);
    }
    if (found == null && !path.endsWith("/")) {
      found = now.routes().get(path + "/");
    }
    return Optional.ofNullable(found);
  }

  /** All secrets engines, in the order of their paths. */
  public List<MountEntry> secretMounts() {
    return entries(false);
  }

  /** All auth methods, in the order of their paths. */
  public List<MountEntry> authMounts() {
    return entries(true);
  }

  private List<MountEntry> entries(boolean auth) {
    return table.routes().values().stream()
        .map(Route::entry)
        .filter(entry -> entry.isAuth() == auth)
        .sorted(Comparator.comparing(MountEntry::path))
        .toList();
  }

  /** The mount at exactly {@code path}, with a slash behind. */
  public Optional<MountEntry> find(String path) {
    return Optional.ofNullable(table.routes().get(path)).map(Route::entry);
  }

  /** What can be mounted. */
  public EngineTypes types() {
    return types;
  }

  /** How long leases last where a mount does not say. */
  public SystemTtl systemTtl() {
    return systemTtl;
  }

  /** What leases of {@code entry} get, system's defaults filled in. */
  public Call.Mount asMount(MountEntry entry) {
    Duration max =
        entry.settings().maxLeaseTtl().isZero()
            ? systemTtl.maxTtl()
            : entry.settings().maxLeaseTtl();
    Duration wanted =
        entry.settings().defaultLeaseTtl().isZero()
            ? systemTtl.defaultTtl()
            : entry.settings().defaultLeaseTtl();
    return new Call.Mount(
        entry.path(),
        entry.accessor(),
        entry.type(),
        entry.options(),
        wanted.compareTo(max) > 0 ? max : wanted,
        max);
  }

  /** Enables {@code entry}. Durable and answered for when this returns. Blocks. */
  public void enable(MountEntry entry) {
    writer.lock();
    try {
      MountPath.check(entry.path());
      if (BuiltInMounts.isType(entry.type()) || types.factory(entry).isEmpty()) {
        throw Refusal.invalid(
            "there is no "
                + (entry.isAuth() ? "auth method" : "secrets engine")
                + " of the type \""
                + entry.type()
                + "\"");
      }
      checkFree(entry.path(), "");
      if (table.routes().size() >= MOUNTS_MAX) {
        throw Refusal.invalid("there are " + MOUNTS_MAX + " mounts; no more are allowed");
      }
      Route made = route(entry, new KeyLocks());
      change(routes -> routes.put(entry.path(), made));
      made.engine().start();
    } finally {
      writer.unlock();
    }
  }

  /**
   * Changes the mount at {@code path} to what {@code change} makes of it: settings or options.
   * Changes come one after the other, so that none undoes another.
   */
  public void tune(String path, UnaryOperator<MountEntry> change) {
    writer.lock();
    try {
      Route before = require(path);
      MountEntry entry = change.apply(before.entry());
      boolean sameEngine = before.entry().options().equals(entry.options());
      Route after =
          sameEngine
              ? new Route(
                  entry, before.engine(), before.endpoints(), asMount(entry), before.locks())
              : route(entry, before.locks());
      change(routes -> routes.put(path, after));
      if (!sameEngine) {
        before.engine().close();
        after.engine().start();
      }
    } finally {
      writer.unlock();
    }
  }

  /**
   * Disables the mount at {@code path}, at once: its path is free when this returns. Its storage is
   * emptied behind.
   */
  public void disable(String path) {
    writer.lock();
    try {
      Route route = require(path);
      BuiltInMounts.refuse(route.entry());
      MountEntry tainted = route.entry().taint();
      Map<String, Route> routes = new HashMap<>(table.routes());
      routes.remove(path);
      Map<String, MountEntry> leaving = new HashMap<>(table.leaving());
      leaving.put(tainted.uuid(), tainted);
      store(routes, leaving);
      route.engine().close();
      finishDisabling(tainted);
    } finally {
      writer.unlock();
    }
  }

  /**
   * Moves the mount at {@code from} to {@code to}.
   *
   * @return the id under which {@link #moveStatus} tells of it
   */
  public String move(String from, String to) {
    writer.lock();
    try {
      Route route = require(from);
      BuiltInMounts.refuse(route.entry());
      MountPath.check(to);
      if (to.startsWith("auth/") != from.startsWith("auth/")) {
        throw Refusal.invalid("a secrets engine cannot become an auth method, nor the other way");
      }
      checkFree(to, from);
      MountEntry moved = route.entry().at(to);
      Route after =
          new Route(moved, route.engine(), route.endpoints(), asMount(moved), route.locks());
      change(
          routes -> {
            routes.remove(from);
            routes.put(to, after);
          });
      String id = UUID.randomUUID().toString();
      if (moves.size() < MOUNTS_MAX) {
        moves.put(id, from + "\n" + to);
      }
      return id;
    } finally {
      writer.unlock();
    }
  }

  /** From where and to where the move {@code id} went; a move has succeeded when it has an id. */
  public Optional<List<String>> moveStatus(String id) {
    return Optional.ofNullable(moves.get(id)).map(move -> List.of(move.split("\n", 2)));
  }

  private Route require(String path) {
    Route route = table.routes().get(path);
    if (route == null) {
      throw Refusal.invalid("no mount at " + path);
    }
    return route;
  }

  /** No mount may stand within another. */
  private void checkFree(String path, String except) {
    for (String other : table.routes().keySet()) {
      if (!other.equals(except) && (other.startsWith(path) || path.startsWith(other))) {
        throw Refusal.invalid("path is already in use at " + other);
      }
    }
  }

  private Route route(MountEntry entry, KeyLocks locks) {
    EngineFactory factory =
        types
            .factory(entry)
            .orElseThrow(
                () ->
                    new StorageFault.Damaged(
                        "the mount "
                            + entry.path()
                            + " is of the type "
                            + entry.type()
                            + ", which this version does not have",
                        null));
    Engine engine = factory.create(entry, new MountContext(barrier, entry, locks, clock));
    return new Route(entry, engine, new EndpointTable(engine.endpoints()), asMount(entry), locks);
  }

  private void change(Consumer<Map<String, Route>> change) {
    Map<String, Route> routes = new HashMap<>(table.routes());
    change.accept(routes);
    store(routes, table.leaving());
  }

  private void store(Map<String, Route> routes, Map<String, MountEntry> leaving) {
    List<MountEntry> all = new ArrayList<>(leaving.values());
    routes.values().forEach(route -> all.add(route.entry()));
    try (Transaction transaction = new Transaction(barrier)) {
      StoredMounts.write(transaction, all);
      transaction.commit();
    }
    publish(routes, leaving);
  }

  private void publish(Map<String, Route> routes, Map<String, MountEntry> leaving) {
    int parts =
        routes.keySet().stream()
            .mapToInt(path -> (int) path.chars().filter(c -> c == '/').count())
            .max()
            .orElse(0);
    // Before anything of a new mount is written; one that leaves is listed until it is empty.
    sealWrap.accept(
        Stream.concat(routes.values().stream().map(Route::entry), leaving.values().stream())
            .filter(MountEntry::sealWrap)
            .map(MountEntry::storagePrefix)
            .collect(Collectors.toUnmodifiableSet()));
    table = new Table(Map.copyOf(routes), parts, Map.copyOf(leaving));
  }

  /** Empties a disabled mount's storage page by page, then forgets the mount. */
  private void finishDisabling(MountEntry entry) {
    Thread.ofVirtual()
        .name("disable " + entry.path())
        .start(
            () -> {
              try {
                StoredMounts.empty(barrier, entry.storagePrefix(), () -> closed);
                writer.lock();
                try {
                  if (!closed) {
                    Map<String, MountEntry> leaving = new HashMap<>(table.leaving());
                    leaving.remove(entry.uuid());
                    store(table.routes(), leaving);
                  }
                } finally {
                  writer.unlock();
                }
              } catch (StorageFault e) {
                // The taint is stored: the next start goes on where this stopped.
                LOG.warn("the storage of {} is not emptied yet: {}", entry.path(), e.getMessage());
              }
            });
  }

  /** Closes all engines. */
  @Override
  public void close() {
    writer.lock();
    try {
      closed = true;
      table.routes().values().forEach(route -> route.engine().close());
      publish(Map.of(), Map.of());
    } finally {
      writer.unlock();
    }
  }
}
