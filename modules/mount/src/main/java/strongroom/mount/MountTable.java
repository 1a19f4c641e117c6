package strongroom.mount;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.engine.Call;
import strongroom.engine.Engine;
import strongroom.engine.EndpointTable;
import strongroom.engine.EngineStorage;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Refusal;
import strongroom.storage.Batch;
import strongroom.storage.KeyLocks;
import strongroom.storage.Page;
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
  private static final String MOUNTS = "core/mounts";
  private static final String AUTH = "core/auth";
  private static final int PATH_LENGTH_MAX = 500;
  private static final int MOUNTS_MAX = 10_000;
  private static final int DELETE_PAGE = 500;

  private final Storage barrier;
  private final Map<String, EngineFactory> factories;
  private final SystemTtl systemTtl;
  private final Clock clock;
  private final ReentrantLock writer = new ReentrantLock();
  private final Map<String, String> moves = new ConcurrentHashMap<>();
  private volatile Table table = new Table(Map.of(), 0);
  private volatile boolean closed;

  /**
   * How long leases last where a mount does not say.
   *
   * @param defaultTtl without a wish
   * @param maxTtl at most
   */
  public record SystemTtl(Duration defaultTtl, Duration maxTtl) {}

  /** All mounts by path. */
  private record Table(Map<String, Route> routes, int partsMax) {}

  /**
   * Works on {@code barrier}.
   *
   * @param factories by type
   */
  public MountTable(
      Storage barrier,
      Map<String, EngineFactory> factories,
      SystemTtl systemTtl,
      Clock clock) {
    this.barrier = barrier;
    this.factories = Map.copyOf(factories);
    this.systemTtl = systemTtl;
    this.clock = clock;
  }

  /** Writes the mounts that every installation has. */
  public static void bootstrap(Transaction transaction, SecureRandom random) {
    write(
        transaction,
        MOUNTS,
        List.of(
            fresh("cubbyhole/", "cubbyhole", "per-token private secret storage", Map.of(), random),
            fresh("sys/", "system", "system endpoints used for control, policy and debugging", Map.of(), random)));
    write(
        transaction,
        AUTH,
        List.of(fresh("auth/token/", "token", "token based credentials", Map.of(), random)));
  }

  /** The stored secrets engine at {@code path}, read before any table is started. */
  public static Optional<MountEntry> stored(Storage barrier, String path) {
    return read(barrier, MOUNTS).stream().filter(entry -> entry.path().equals(path)).findFirst();
  }

  /** A mount that does not exist yet. */
  public static MountEntry fresh(
      String path,
      String type,
      String description,
      Map<String, String> options,
      SecureRandom random) {
    byte[] suffix = new byte[4];
    random.nextBytes(suffix);
    String accessor =
        (path.startsWith("auth/") ? "auth_" : "") + type + "_" + HexFormat.of().formatHex(suffix);
    return new MountEntry(
        path,
        UUID.randomUUID().toString(),
        accessor,
        type,
        description,
        options,
        MountSettings.UNSET,
        type.equals("cubbyhole"),
        type.equals("system"),
        false);
  }

  /** Reads the stored mounts and makes their engines. */
  public void start() {
    writer.lock();
    try {
      Map<String, Route> routes = new HashMap<>();
      List<MountEntry> tainted = new ArrayList<>();
      for (String key : List.of(MOUNTS, AUTH)) {
        for (MountEntry entry : read(barrier, key)) {
          if (entry.tainted()) {
            tainted.add(entry);
          }
          routes.put(entry.path(), route(entry, new KeyLocks()));
        }
      }
      publish(routes);
      tainted.forEach(this::finishDisabling);
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
    return Optional.ofNullable(found).filter(route -> !route.entry().tainted());
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
        .filter(entry -> entry.isAuth() == auth && !entry.tainted())
        .sorted(Comparator.comparing(MountEntry::path))
        .toList();
  }

  /** The mount at exactly {@code path}, with a slash behind. */
  public Optional<MountEntry> find(String path) {
    return Optional.ofNullable(table.routes().get(path))
        .map(Route::entry)
        .filter(entry -> !entry.tainted());
  }

  /** The types that can be mounted. */
  public Set<String> types() {
    return factories.keySet();
  }

  /** How long leases last where a mount does not say. */
  public SystemTtl systemTtl() {
    return systemTtl;
  }

  /** What leases of {@code entry} get, system's defaults filled in. */
  public Call.Mount asMount(MountEntry entry) {
    Duration max =
        entry.settings().maxLeaseTtl().isZero() ? systemTtl.maxTtl() : entry.settings().maxLeaseTtl();
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
      checkPath(entry.path());
      if (!factories.containsKey(entry.type()) || isBuiltIn(entry.type())) {
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
      change(routes -> routes.put(entry.path(), route(entry, new KeyLocks())));
    } finally {
      writer.unlock();
    }
  }

  /** Replaces the mount at {@code entry}'s path by {@code entry}: tuned settings or options. */
  public void tune(MountEntry entry) {
    writer.lock();
    try {
      Route before = require(entry.path());
      boolean sameEngine = before.entry().options().equals(entry.options());
      Route after =
          sameEngine
              ? new Route(entry, before.engine(), before.endpoints(), asMount(entry), before.locks())
              : route(entry, before.locks());
      change(routes -> routes.put(entry.path(), after));
      if (!sameEngine) {
        before.engine().close();
      }
    } finally {
      writer.unlock();
    }
  }

  /** Disables the mount at {@code path}: at once for clients; its storage is emptied behind. */
  public void disable(String path) {
    writer.lock();
    try {
      Route route = require(path);
      refuseBuiltIn(route.entry());
      MountEntry tainted = route.entry().taint();
      change(
          routes ->
              routes.put(
                  path,
                  new Route(
                      tainted, route.engine(), route.endpoints(), route.mount(), route.locks())));
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
      refuseBuiltIn(route.entry());
      checkPath(to);
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
    if (route == null || route.entry().tainted()) {
      throw Refusal.invalid("no mount at " + path);
    }
    return route;
  }

  private static boolean isBuiltIn(String type) {
    return type.equals("system") || type.equals("cubbyhole") || type.equals("token");
  }

  private static void refuseBuiltIn(MountEntry entry) {
    if (isBuiltIn(entry.type())) {
      throw Refusal.invalid(entry.path() + " is always there: it can be neither moved nor disabled");
    }
  }

  private static void checkPath(String path) {
    String bare = path.startsWith("auth/") ? path.substring("auth/".length()) : path;
    boolean printable = bare.chars().noneMatch(c -> c < 0x20 || c == 0x7f || c == '*' || c == '+');
    if (bare.length() < 2
        || !bare.endsWith("/")
        || bare.startsWith("/")
        || bare.contains("//")
        || bare.length() > PATH_LENGTH_MAX
        || !printable
        || !bare.equals(bare.strip())) {
      throw Refusal.invalid(
          "a mount's path has 1 to "
              + PATH_LENGTH_MAX
              + " printable characters, no empty part, no * and no +");
    }
    for (String reserved : List.of("sys/", "auth/", "cubbyhole/", "identity/", "audit/")) {
      if (path.startsWith(reserved) && !path.startsWith("auth/")) {
        throw Refusal.invalid("paths below " + reserved + " belong to the server");
      }
    }
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
    EngineFactory factory = factories.get(entry.type());
    if (factory == null) {
      throw new StorageFault.Damaged(
          "the mount " + entry.path() + " is of the type " + entry.type()
              + ", which this version does not have", null);
    }
    Engine engine = factory.create(entry, new MountContext(entry, locks));
    return new Route(entry, engine, new EndpointTable(engine.endpoints()), asMount(entry), locks);
  }

  private void change(Consumer<Map<String, Route>> change) {
    Map<String, Route> routes = new HashMap<>(table.routes());
    change.accept(routes);
    try (Transaction transaction = new Transaction(barrier)) {
      for (boolean auth : new boolean[] {false, true}) {
        write(
            transaction,
            auth ? AUTH : MOUNTS,
            routes.values().stream()
                .map(Route::entry)
                .filter(entry -> entry.isAuth() == auth)
                .toList());
      }
      transaction.commit();
    }
    publish(routes);
  }

  private void publish(Map<String, Route> routes) {
    int parts =
        routes.keySet().stream()
            .mapToInt(path -> (int) path.chars().filter(c -> c == '/').count())
            .max()
            .orElse(0);
    table = new Table(Map.copyOf(routes), parts);
  }

  /** Empties a disabled mount's storage page by page, then forgets the mount. */
  private void finishDisabling(MountEntry entry) {
    Thread.ofVirtual()
        .name("disable " + entry.path())
        .start(
            () -> {
              try {
                deleteFolder(entry.storagePrefix());
                writer.lock();
                try {
                  if (!closed) {
                    change(routes -> routes.remove(entry.path()));
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

  private void deleteFolder(String folder) {
    boolean more = true;
    while (more && !closed) {
      Page page = barrier.list(folder, "", DELETE_PAGE);
      Batch batch = new Batch();
      for (String name : page.names()) {
        if (name.endsWith("/")) {
          deleteFolder(folder + name);
        } else {
          batch.delete(folder + name);
        }
      }
      if (!batch.isEmpty()) {
        barrier.commit(batch);
      }
      more = page.more();
    }
  }

  private static List<MountEntry> read(Storage storage, String key) {
    byte[] stored =
        storage
            .get(key)
            .orElseThrow(() -> new StorageFault.Damaged("the table of mounts is missing: " + key, null));
    try {
      List<MountEntry> entries = new ArrayList<>();
      JsonValue list = Json.parseObject(stored).member("entries").orElseThrow();
      for (JsonValue entry : ((JsonArray) list).items()) {
        entries.add(MountEntry.fromJson((JsonObject) entry));
      }
      return entries;
    } catch (Json.MalformedJson e) {
      throw new StorageFault.Damaged("the table of mounts cannot be read: " + key, e);
    }
  }

  private static void write(Transaction transaction, String key, List<MountEntry> entries) {
    JsonArray list = new JsonArray(entries.stream().<JsonValue>map(MountEntry::toJson).toList());
    transaction.put(key, Json.toBytes(JsonObject.builder().put("entries", list).build()));
  }

  /** Closes all engines. */
  @Override
  public void close() {
    writer.lock();
    try {
      closed = true;
      table.routes().values().forEach(route -> route.engine().close());
      publish(Map.of());
    } finally {
      writer.unlock();
    }
  }

  /** What an engine gets for its life. */
  private final class MountContext implements EngineFactory.Context {
    private final MountEntry entry;
    private final KeyLocks locks;

    MountContext(MountEntry entry, KeyLocks locks) {
      this.entry = entry;
      this.locks = locks;
    }

    @Override
    public Clock clock() {
      return clock;
    }

    @Override
    public void inTransaction(Consumer<EngineStorage> work) {
      try (Transaction transaction = new Transaction(barrier)) {
        work.accept(new MountStorage(transaction, entry.storagePrefix(), locks));
        transaction.commit();
      }
    }
  }
}
