package strongroom.quota;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.storage.Page;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

/**
 * The rate limits of an unsealed node: stored on the barrier under {@code sys/quotas/}, counted in
 * memory. What was counted is gone when another node leads or the node seals.
 *
 * <p>Whoever changes them holds one lock for all changes until the transaction is committed;
 * whoever asks reads one field.
 */
public final class Quotas {
  /** No more limits than this. */
  public static final int QUOTAS_MAX = 10_000;

  private static final String FOLDER = "sys/quotas/rate-limit/";
  private static final String SETTINGS = "sys/quotas/config";
  private static final int PAGE = 1_000;
  private static final String UNNAMED_CLIENT = "";

  /** What is never counted, so that whoever may lift a limit always can. */
  private static final String LIFTING = "sys/quotas/";

  private final LongSupplier nanos;
  private final Windows windows;
  private volatile State state;

  private record State(RateTable table, QuotaSettings settings) {}

  /** Reads what {@code barrier} has; {@code nanos} is a clock as {@link System#nanoTime} is. */
  public Quotas(Storage barrier, LongSupplier nanos) {
    this.nanos = nanos;
    windows = new Windows(nanos.getAsLong());
    RateTable table = RateTable.EMPTY;
    String after = "";
    boolean more = true;
    while (more) {
      Page page = barrier.list(FOLDER, after, PAGE);
      for (String name : page.names()) {
        table = table.with(new Limiter(RateLimit.of(name, read(barrier, FOLDER + name))));
        after = name;
      }
      more = page.more();
    }
    QuotaSettings settings =
        barrier.get(SETTINGS).isPresent()
            ? QuotaSettings.of(new Fields(read(barrier, SETTINGS)))
            : QuotaSettings.DEFAULT;
    state = new State(table, settings);
  }

  private static JsonObject read(Storage barrier, String key) {
    try {
      return Json.parseObject(barrier.get(key).orElseThrow());
    } catch (Json.MalformedJson | RefusedException e) {
      throw new StorageFault.Damaged("what is stored under " + key + " is no quota", e);
    }
  }

  /** Whether there is any limit. */
  public boolean any() {
    return !state.table().isEmpty();
  }

  /** What holds for all limits. */
  public QuotaSettings settings() {
    return state.settings();
  }

  /** All limits, in the order of their names. */
  public List<RateLimit> all() {
    return state.table().all().stream().map(Limiter::limit).toList();
  }

  /** The limit {@code name}. */
  public Optional<RateLimit> find(String name) {
    return Optional.ofNullable(state.table().named(name)).map(Limiter::limit);
  }

  /**
   * Counts a request, where a limit is for it. Reads memory only.
   *
   * @param path as the client gave it
   * @param mountUuid the mount that answers; empty text for none
   * @param within the path within that mount
   * @param role who logs in by the request; asked for only where a limit is for a role
   * @param client the client's address; empty for all that have none
   */
  public Optional<Verdict> count(
      String path,
      String mountUuid,
      String within,
      Supplier<Optional<String>> role,
      Optional<InetAddress> client) {
    State now = state;
    if (path.startsWith(LIFTING) || now.settings().exempts(path)) {
      return Optional.empty();
    }
    String bare = within.endsWith("/") ? within.substring(0, within.length() - 1) : within;
    @Nullable Limiter limiter = now.table().of(new RateTable.Subject(mountUuid, bare, role));
    if (limiter == null) {
      return Optional.empty();
    }
    long time = nanos.getAsLong();
    Object who = client.isPresent() ? client.get() : UNNAMED_CLIENT;
    return Optional.of(limiter.take(windows.of(limiter, who, time), time));
  }

  /**
   * Stores {@code limit}, which has counted nothing when {@code transaction} has committed.
   *
   * @throws RefusedException where another limit is for the same requests, or there are too many
   */
  public void put(Transaction transaction, RateLimit limit) {
    for (RateLimit other : all()) {
      if (!other.name().equals(limit.name()) && other.sameRequestsAs(limit)) {
        throw Refusal.invalid(
            "quota rule with similar properties exists under the name \"" + other.name() + "\"");
      }
    }
    if (find(limit.name()).isEmpty() && state.table().all().size() >= QUOTAS_MAX) {
      throw Refusal.invalid("there are " + QUOTAS_MAX + " quotas already; delete some first");
    }
    transaction.put(FOLDER + limit.name(), Json.toBytes(limit.toJson()));
    transaction.afterCommit(
        () -> {
          drop(limit.name());
          state = new State(state.table().with(new Limiter(limit)), state.settings());
        });
  }

  /** Deletes the limit {@code name}; one that is not there is fine. */
  public void delete(Transaction transaction, String name) {
    transaction.delete(FOLDER + name);
    transaction.afterCommit(() -> drop(name));
  }

  /** Deletes the limits of a mount that is disabled. */
  public void deleteOf(Transaction transaction, String mountUuid) {
    for (RateLimit limit : all()) {
      if (limit.mountUuid().equals(mountUuid)) {
        delete(transaction, limit.name());
      }
    }
  }

  private void drop(String name) {
    Limiter before = state.table().named(name);
    if (before != null) {
      state = new State(state.table().without(name), state.settings());
      windows.forget(before);
    }
  }

  /** Stores what holds for all limits. */
  public void set(Transaction transaction, QuotaSettings settings) {
    transaction.put(SETTINGS, Json.toBytes(settings.toJson()));
    transaction.afterCommit(() -> state = new State(state.table(), settings));
  }

  /** How many clients are kept count of. */
  long clients() {
    return windows.size();
  }
}
