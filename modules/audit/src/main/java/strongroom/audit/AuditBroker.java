package strongroom.audit;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.logical.Client;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.storage.Storage;

/**
 * All audit devices of the node: opened at every unseal, closed at seal. A record counts as stored
 * once one device has it.
 *
 * <p>Guarded by itself: what changes the devices. What records reads {@link #devices} without a
 * lock.
 */
public final class AuditBroker implements AuditSink, AutoCloseable {
  /** What seal wrap is for: the salts by which values are recorded. */
  public static final Set<String> SEAL_WRAPPED = Set.of(AuditStore.SALTS);

  private static final Logger LOG = LoggerFactory.getLogger(AuditBroker.class);
  private static final int DEVICES_MAX = 32;
  private static final int HEADERS_MAX = 200;
  private static final long WATCH_MILLIS = 50;
  private static final Pattern PATH = Pattern.compile("([A-Za-z0-9_.-]{1,100}/){1,5}");

  private final Clock clock;
  private final SecureRandom random;
  private final Recorder recorder;

  private AuditRules rules;
  private List<Declared> declared;
  private @Nullable AuditStore store;
  private @Nullable Thread watcher;
  private volatile List<Device> devices = List.of();
  private volatile Map<String, AuditedHeader> headers = Map.of();

  /**
   * Has no devices until {@link #open}.
   *
   * @param declared what the configuration declares
   */
  public AuditBroker(AuditRules rules, List<Declared> declared, Clock clock, SecureRandom random) {
    this.rules = rules;
    this.declared = List.copyOf(declared);
    this.clock = clock;
    this.random = random;
    recorder = new Recorder(clock);
  }

  /** Opens all devices. One that cannot be written to stays, and fails requests until it can. */
  public synchronized void open(Storage barrier) {
    close();
    AuditStore opened = new AuditStore(barrier, random);
    store = opened;
    headers = Map.copyOf(opened.headers());
    List<DeviceEntry> before = opened.devices();
    List<DeviceEntry> entries = reconciled(before, opened);
    if (!entries.equals(before)) {
      opened.keep(entries, before);
    }
    List<Device> all = new ArrayList<>();
    for (DeviceEntry entry : entries) {
      all.add(started(entry, opened.salt(entry)));
    }
    devices = List.copyOf(all);
    Thread watching = Thread.ofPlatform().name("audit-watch").daemon().unstarted(this::watch);
    watcher = watching;
    watching.start();
  }

  /** What is kept and what is declared, together: what is declared no more goes. */
  private List<DeviceEntry> reconciled(List<DeviceEntry> before, AuditStore opened) {
    List<DeviceEntry> entries = new ArrayList<>();
    before.stream().filter(entry -> !entry.declared()).forEach(entries::add);
    for (Declared wanted : declared) {
      String path = withSlash(wanted.path());
      if (!PATH.matcher(path).matches() || overlaps(entries, path)) {
        LOG.error("the audit device {} of the configuration is left out: its path is taken", path);
        continue;
      }
      String uuid =
          before.stream()
              .filter(entry -> entry.declared() && entry.path().equals(path))
              .map(DeviceEntry::uuid)
              .findFirst()
              .orElseGet(opened::newUuid);
      entries.add(
          new DeviceEntry(
              path, uuid, wanted.type(), wanted.description(), wanted.options(), false, true));
    }
    return entries;
  }

  /** A device that takes records; where its options are not fit, one that takes none. */
  private Device started(DeviceEntry entry, Salt salt) {
    OptionReader.Read read;
    try {
      read = new OptionReader(entry.type(), entry.options(), rules, entry.declared()).read(clock);
    } catch (AuditFault e) {
      LOG.error("audit device {} takes no records: {}", entry.path(), e.getMessage());
      read = BrokenSink.options(String.valueOf(e.getMessage()));
    }
    Device device = new Device(entry, read.options(), salt, read.sink());
    device.start();
    return device;
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        devices.forEach(Device::watch);
        Thread.sleep(WATCH_MILLIS);
      }
    } catch (InterruptedException e) {
      // The devices are closed.
      Thread.currentThread().interrupt();
    }
  }

  /** Writes what waits and closes all devices. */
  @Override
  public synchronized void close() {
    store = null;
    // They stay where requests under way find them, which are then refused.
    devices.forEach(Device::close);
    Thread watching = watcher;
    if (watching != null) {
      watching.interrupt();
      watcher = null;
    }
  }

  /**
   * SIGHUP: takes what the configuration declares now, and opens files anew, so that they can be
   * rotated.
   */
  public synchronized void reload(AuditRules newRules, List<Declared> newDeclared) {
    rules = newRules;
    declared = List.copyOf(newDeclared);
    AuditStore opened = store;
    if (opened == null) {
      return;
    }
    List<DeviceEntry> before = opened.devices();
    List<DeviceEntry> entries = reconciled(before, opened);
    if (!entries.equals(before)) {
      opened.keep(entries, before);
    }
    List<Device> gone = new ArrayList<>(devices);
    List<Device> all = new ArrayList<>();
    for (DeviceEntry entry : entries) {
      Optional<Device> same =
          devices.stream().filter(device -> device.entry().equals(entry)).findFirst();
      if (same.isPresent()) {
        gone.remove(same.get());
        same.get().reopen();
        all.add(same.get());
      } else {
        all.add(started(entry, opened.salt(entry)));
      }
    }
    devices = List.copyOf(all);
    gone.forEach(Device::close);
  }

  /** SIGHUP where the configuration cannot be read: files are opened anew all the same. */
  public synchronized void reopen() {
    devices.forEach(Device::reopen);
  }

  /** What an operator should look at now; empty where all devices take records in time. */
  public List<String> warnings() {
    List<Device> all = devices;
    long troubled = all.stream().filter(Device::troubled).count();
    return troubled == 0
        ? List.of()
        : List.of(troubled + " of " + all.size() + " audit devices are slow or take no records");
  }

  @Override
  public boolean on() {
    return !devices.isEmpty();
  }

  @Override
  public boolean begin(Subject subject) {
    return recorder.begin(devices, headers, subject);
  }

  @Override
  public void end(Subject subject, Reply reply, Stage stage, Consumer<Boolean> outcome) {
    recorder.end(devices, headers, new Recorder.Answer(subject, reply, stage), outcome);
  }

  /** The devices, by path. */
  List<DeviceEntry> entries() {
    return devices.stream().map(Device::entry).toList();
  }

  /** Enables a device for a client. */
  synchronized void enable(DeviceEntry wanted) {
    if (!rules.apiCreation()) {
      throw Refusal.invalid(
          "cannot enable audit device via API; use declarative, config-based audit device"
              + " management instead (audit stanza), or set unsafe_allow_api_audit_creation");
    }
    AuditStore opened = required();
    List<DeviceEntry> before = opened.devices();
    if (!PATH.matcher(wanted.path()).matches()) {
      throw Refusal.invalid(
          "a device's path has up to 5 parts of 1 to 100 letters, digits and _ . -");
    }
    if (overlaps(before, wanted.path())) {
      throw Refusal.invalid("path already in use");
    }
    if (before.size() >= DEVICES_MAX) {
      throw Refusal.invalid("there are " + DEVICES_MAX + " audit devices, which is the most");
    }
    DeviceEntry entry =
        new DeviceEntry(
            wanted.path(),
            opened.newUuid(),
            wanted.type(),
            wanted.description(),
            wanted.options(),
            wanted.local(),
            false);
    try {
      OptionReader.Read read =
          new OptionReader(entry.type(), entry.options(), rules, false).read(clock);
      if (!read.options().skipTest()) {
        test(read);
      }
    } catch (AuditFault e) {
      throw Refusal.invalid(String.valueOf(e.getMessage()));
    }
    List<DeviceEntry> after = new ArrayList<>(before);
    after.add(entry);
    opened.keep(after, before);
    List<Device> all = new ArrayList<>(devices);
    all.add(started(entry, opened.salt(entry)));
    devices = List.copyOf(all);
    LOG.info("audit device {} of type {} is enabled", entry.path(), entry.type());
  }

  /** Opens what is to be written to; a file gets no record, other devices a first one. */
  private void test(OptionReader.Read read) {
    try (Sink sink = read.sink()) {
      sink.open();
      if (sink instanceof FileSink || sink instanceof StreamSink) {
        return;
      }
      Request probe =
          new Request(
              required().newUuid(),
              Operation.UPDATE,
              "sys/audit/test",
              JsonObject.EMPTY,
              "",
              Client.LOCAL,
              Optional.empty());
      Subject subject = new Subject(probe, Optional.empty(), Optional.empty());
      byte[] salt = new byte[Salt.BYTES];
      random.nextBytes(salt);
      byte[] record =
          read.options().format(new Salt(salt)).request(subject, clock.instant(), "", Map.of());
      sink.write(List.of(Lines.ended(Lines.prefixed(read.options().prefix(), record))));
    } catch (IOException e) {
      throw new AuditFault("the device cannot be written to: " + e.getMessage());
    }
  }

  private AuditStore required() {
    AuditStore opened = store;
    if (opened == null) {
      throw Refusal.unavailable("the node is sealed");
    }
    return opened;
  }

  /** Disables the device at {@code path}, where there is one. */
  synchronized void disable(String path) {
    AuditStore opened = required();
    List<DeviceEntry> before = opened.devices();
    Optional<DeviceEntry> entry =
        before.stream().filter(device -> device.path().equals(path)).findFirst();
    if (entry.isEmpty()) {
      return;
    }
    if (entry.get().declared()) {
      throw Refusal.invalid(
          "the configuration declares this audit device: remove its stanza and send SIGHUP");
    }
    List<DeviceEntry> after = new ArrayList<>(before);
    after.remove(entry.get());
    opened.keep(after, before);
    List<Device> all = new ArrayList<>(devices);
    List<Device> gone = all.stream().filter(d -> d.entry().path().equals(path)).toList();
    all.removeAll(gone);
    devices = List.copyOf(all);
    gone.forEach(Device::close);
    LOG.warn("audit device {} is disabled", path);
  }

  /** The device at {@code path}. */
  Device device(String path) {
    return devices.stream()
        .filter(device -> device.entry().path().equals(path))
        .findFirst()
        .orElseThrow(() -> Refusal.invalid("unknown audit backend: " + path));
  }

  Map<String, AuditedHeader> headers() {
    return new TreeMap<>(headers);
  }

  /** Records the header {@code name} from now on, or, where {@code header} is empty, no more. */
  synchronized void setHeader(String name, Optional<AuditedHeader> header) {
    String lower = name.toLowerCase(Locale.ROOT);
    Map<String, AuditedHeader> changed = new TreeMap<>(headers);
    if (header.isPresent()) {
      changed.put(lower, header.get());
    } else {
      changed.remove(lower);
    }
    if (changed.size() > HEADERS_MAX) {
      throw Refusal.invalid("at most " + HEADERS_MAX + " headers are recorded");
    }
    required().keepHeaders(changed);
    headers = Map.copyOf(changed);
  }

  static String withSlash(String path) {
    return path.endsWith("/") ? path : path + "/";
  }

  private static boolean overlaps(List<DeviceEntry> entries, String path) {
    return entries.stream()
        .anyMatch(entry -> entry.path().startsWith(path) || path.startsWith(entry.path()));
  }
}
