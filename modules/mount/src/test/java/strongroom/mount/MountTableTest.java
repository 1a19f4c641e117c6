package strongroom.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.engine.Endpoint;
import strongroom.engine.Engine;
import strongroom.logical.RefusedException;
import strongroom.storage.Batch;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.Page;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

class MountTableTest {
  private static final Duration SYSTEM_TTL = Duration.ofHours(768);

  private final FailingStorage storage = new FailingStorage();
  private final SecureRandom random = new SecureRandom();
  private final List<String> lives = new CopyOnWriteArrayList<>();
  private final AtomicReference<Set<String>> sealWrapped = new AtomicReference<>(Set.of());
  private MountTable table = table();

  @BeforeEach
  void start() {
    try (Transaction transaction = new Transaction(storage)) {
      BuiltInMounts.bootstrap(transaction, random);
      transaction.commit();
    }
    table.start();
    lives.clear();
  }

  private MountTable table() {
    return new MountTable(
        storage,
        new EngineTypes(
            Map.of(
                "system", this::engine,
                "cubbyhole", this::engine,
                "identity", this::engine,
                "kv", this::engine),
            Map.of("token", this::engine)),
        new MountTable.SystemTtl(SYSTEM_TTL, SYSTEM_TTL),
        Clock.systemUTC(),
        sealWrapped::set);
  }

  private void restart() {
    table.close();
    table = table();
    table.start();
  }

  @Test
  void addsTheMountThatAnOlderInstallationDidNotHaveAndNoSecondOne() {
    List<MountEntry> older =
        StoredMounts.read(storage).stream()
            .filter(entry -> !entry.path().equals("identity/"))
            .toList();
    try (Transaction transaction = new Transaction(storage)) {
      StoredMounts.write(transaction, older);
      transaction.commit();
    }

    BuiltInMounts.complete(storage, random);
    restart();
    MountEntry added = table.find("identity/").orElseThrow();
    assertThat(table.secretMounts()).hasSize(3);
    BuiltInMounts.complete(storage, random);
    restart();
    assertThat(table.find("identity/")).contains(added);
    assertThat(StoredMounts.read(storage)).hasSize(older.size() + 1);
  }

  private Engine engine(MountEntry entry, EngineFactory.Context context) {
    String name = entry.path() + entry.options().getOrDefault("version", "");
    return new Engine() {
      @Override
      public List<Endpoint> endpoints() {
        return List.of();
      }

      @Override
      public void start() {
        // Started when stored, and not before.
        assertThat(StoredMounts.read(storage))
            .anyMatch(e -> e.uuid().equals(entry.uuid()) && e.options().equals(entry.options()));
        lives.add("start " + name);
      }

      @Override
      public void close() {
        lives.add("close " + name);
      }
    };
  }

  private MountEntry kv(String path) {
    return MountEntry.fresh(path, "kv", "", Map.of(), random);
  }

  private static UnaryOperator<MountEntry> version(String version) {
    return entry -> entry.tuned("", Map.of("version", version), entry.settings());
  }

  private Optional<String> mountOf(String path) {
    return table.route(path).map(route -> route.entry().path());
  }

  private void awaitEmpty(MountEntry entry) throws InterruptedException {
    for (int tries = 0; StoredMounts.read(storage).stream().anyMatch(sameAs(entry)); tries++) {
      assertThat(tries).isLessThan(3_000);
      Thread.sleep(10);
    }
    assertThat(storage.list(entry.storagePrefix(), "", 10).names()).isEmpty();
  }

  private static Predicate<MountEntry> sameAs(MountEntry entry) {
    return other -> other.uuid().equals(entry.uuid());
  }

  private void put(MountEntry entry, String key) {
    Batch batch = new Batch();
    batch.put(entry.storagePrefix() + key, key.getBytes(StandardCharsets.UTF_8));
    storage.commit(batch);
  }

  @ParameterizedTest
  @CsvSource({
    "a/x,          a/",
    "a,            a/",
    "a/,           a/",
    "ab/x,         ab/",
    "b/c/d/e/f,    b/c/d/",
    "b/c/d,        b/c/d/",
    "b/c/dd/x,     ",
    "b/c/x,        ",
    "b,            ",
    "auth/token/x, auth/token/",
    "auth,         ",
    "'',           ",
    "/,            ",
    "sys/mounts,   sys/",
    "A/x,          ",
  })
  void findsTheMountOfAPath(String path, String mount) {
    for (String mounted : List.of("a/", "ab/", "b/c/d/")) {
      table.enable(kv(mounted));
    }
    assertThat(mountOf(path)).isEqualTo(Optional.ofNullable(mount));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a",
        "/a/",
        "a//b/",
        "a*/",
        "a/+/",
        " a/",
        "a /",
        "a\u0000/",
        "a\n/",
        "a\u007f/",
        "sys/x/",
        "cubbyhole/x/",
        "identity/",
        "audit/x/",
        "auth/",
        "auth//",
        "auth//x/"
      })
  void refusesPathsThatNoMountMayHave(String path) {
    assertThatThrownBy(() -> table.enable(kv(path))).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> table.enable(kv("x".repeat(501) + "/")))
        .isInstanceOf(RefusedException.class);
    assertThat(lives).isEmpty();
  }

  @Test
  void keepsItsMountsAcrossARestart() {
    MountEntry entry = kv("a/b/");
    table.enable(entry);
    MountSettings settings =
        new MountSettings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            true,
            "unauth",
            List.of("a"),
            List.of("b"),
            List.of("c"),
            List.of("d"),
            List.of("e"),
            "batch");
    table.tune("a/b/", before -> before.tuned("what", Map.of("version", "2"), settings));
    MountEntry tuned = table.find("a/b/").orElseThrow();
    restart();
    assertThat(table.find("a/b/")).contains(tuned);
    assertThat(tuned.uuid()).isEqualTo(entry.uuid());
    assertThat(tuned.accessor()).isEqualTo(entry.accessor());
    assertThat(tuned.settings()).isEqualTo(settings);
  }

  @Test
  void startsAnEngineWhenItsMountIsStoredAndClosesTheOneBefore() {
    table.enable(kv("a/"));
    table.tune("a/", entry -> entry.tuned("other", entry.options(), entry.settings()));
    table.tune("a/", version("2"));
    table.disable("a/");
    assertThat(lives).containsExactly("start a/", "close a/", "start a/2", "close a/2");
  }

  @Test
  void changesNothingWhereStorageFails() {
    table.enable(kv("a/"));
    lives.clear();
    storage.fails = true;
    List<Runnable> changes = new ArrayList<>();
    changes.add(() -> table.enable(kv("b/")));
    changes.add(() -> table.tune("a/", version("2")));
    changes.add(() -> table.move("a/", "c/"));
    changes.add(() -> table.disable("a/"));
    for (Runnable change : changes) {
      assertThatThrownBy(change::run).isInstanceOf(StorageFault.class);
      assertThat(lives).isEmpty();
      assertThat(mountOf("a/x")).contains("a/");
      assertThat(table.find("a/").orElseThrow().options()).isEmpty();
      assertThat(mountOf("b/x")).isEmpty();
      assertThat(mountOf("c/x")).isEmpty();
    }
    storage.fails = false;
    table.enable(kv("b/"));
    assertThat(mountOf("b/x")).contains("b/");
  }

  @Test
  void freesAPathAtOnceAndEmptiesOnlyTheStorageOfWhatWasThere() throws Exception {
    MountEntry old = kv("a/");
    table.enable(old);
    for (int i = 0; i < 1200; i++) {
      put(old, "x/" + i % 3 + "/" + i);
    }
    table.disable("a/");
    assertThat(mountOf("a/x")).isEmpty();
    MountEntry fresh = kv("a/");
    table.enable(fresh);
    put(fresh, "mine");
    awaitEmpty(old);
    assertThat(storage.get(fresh.storagePrefix() + "mine")).isPresent();
    assertThat(mountOf("a/x")).contains("a/");
  }

  @Test
  void goesOnEmptyingAfterARestart() throws Exception {
    MountEntry old = kv("a/");
    table.enable(old);
    put(old, "x");
    try (Transaction transaction = new Transaction(storage)) {
      List<MountEntry> all = new ArrayList<>(StoredMounts.read(storage));
      all.replaceAll(entry -> entry.uuid().equals(old.uuid()) ? entry.taint() : entry);
      StoredMounts.write(transaction, all);
      transaction.commit();
    }
    restart();
    assertThat(mountOf("a/x")).isEmpty();
    table.enable(kv("a/"));
    awaitEmpty(old);
    restart();
    assertThat(mountOf("a/x")).contains("a/");
  }

  @Test
  void tellsWhichMountsAreSealWrappedFromBeforeTheirFirstWriteUntilTheirLastIsGone()
      throws Exception {
    MountEntry wrapped =
        MountEntry.fresh("w/", "kv", "", Map.of(), random).with(MountSettings.UNSET, false, true);
    Set<String> before = sealWrapped.get();
    assertThat(before).hasSize(1).allMatch(folder -> folder.startsWith("logical/"));

    table.enable(wrapped);
    table.enable(MountEntry.fresh("plain/", "kv", "", Map.of(), random));
    assertThat(sealWrapped.get()).hasSize(2).contains(wrapped.storagePrefix());
    table.move("w/", "moved/");
    restart();
    assertThat(sealWrapped.get()).hasSize(2).contains(wrapped.storagePrefix());

    put(wrapped, "a");
    List<Set<String>> whileEmptied = new CopyOnWriteArrayList<>();
    storage.onCommit = () -> whileEmptied.add(sealWrapped.get());
    table.disable("moved/");
    awaitEmpty(wrapped);
    assertThat(whileEmptied)
        .isNotEmpty()
        .allMatch(folders -> folders.contains(wrapped.storagePrefix()));
    table.close();
    assertThat(sealWrapped.get()).isEmpty();
  }

  @Test
  void movesAMountWithItsStorage() {
    MountEntry entry = kv("a/");
    table.enable(entry);
    String id = table.move("a/", "b/c/");
    assertThat(table.moveStatus(id)).contains(List.of("a/", "b/c/"));
    assertThat(table.moveStatus("none")).isEmpty();
    assertThat(mountOf("a/x")).isEmpty();
    assertThat(table.route("b/c/x").orElseThrow().entry().storagePrefix())
        .isEqualTo(entry.storagePrefix());
    assertThat(table.route("b/c/x").orElseThrow().relative("b/c/x")).isEqualTo("x");
    assertThat(lives).containsExactly("start a/");
  }

  @Test
  void tellsTheLifetimesThatHold() {
    MountEntry entry = kv("a/");
    assertThat(table.asMount(entry).maxLeaseTtl()).isEqualTo(SYSTEM_TTL);
    MountSettings unset = MountSettings.UNSET;
    MountEntry shortMax =
        entry.tuned(
            "",
            Map.of(),
            new MountSettings(
                Duration.ZERO,
                Duration.ofHours(1),
                false,
                "",
                unset.auditNonHmacRequestKeys(),
                unset.auditNonHmacResponseKeys(),
                unset.passthroughRequestHeaders(),
                unset.allowedResponseHeaders(),
                unset.allowedManagedKeys(),
                ""));
    assertThat(table.asMount(shortMax).maxLeaseTtl()).isEqualTo(Duration.ofHours(1));
    assertThat(table.asMount(shortMax).defaultLeaseTtl()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void callsADamagedTableDamaged() {
    Batch batch = new Batch();
    batch.put("core/mounts", "{".getBytes(StandardCharsets.UTF_8));
    storage.commit(batch);
    assertThatThrownBy(() -> table().start()).isInstanceOf(StorageFault.Damaged.class);
    batch = new Batch();
    batch.delete("core/mounts");
    storage.commit(batch);
    assertThatThrownBy(() -> table().start()).isInstanceOf(StorageFault.Damaged.class);
  }

  /** Storage in memory that can be told to take no writes. */
  private static final class FailingStorage implements Storage {
    private final InMemoryStorage inner = new InMemoryStorage();
    private volatile boolean fails;
    private volatile Runnable onCommit = () -> {};

    @Override
    public Optional<byte[]> get(String key) {
      return inner.get(key);
    }

    @Override
    public Page list(String folder, String after, int limit) {
      return inner.list(folder, after, limit);
    }

    @Override
    public void commit(Batch batch) {
      if (fails) {
        throw new StorageFault.Full("no room", null);
      }
      onCommit.run();
      inner.commit(batch);
    }
  }
}
