package strongroom.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import strongroom.hcl.HclBlock;
import strongroom.hcl.HclKey;
import strongroom.hcl.HclMember;
import strongroom.hcl.Position;

/** Reads everything outside of the stanzas, and puts all together. */
final class ServerReader {
  private static final Duration LEASE = Duration.ofDays(32);

  private final StanzaReader top;
  private final Environment environment;
  private final Problems problems;
  private final HostAddresses host;
  private final AddressTemplate templates;

  ServerReader(StanzaReader top, HostAddresses host) {
    this.top = top;
    this.host = host;
    environment = top.environment();
    problems = top.problems();
    templates = new AddressTemplate(host);
  }

  ServerSettings read() {
    Duration requestDuration = top.duration("default_max_request_duration", Duration.ofSeconds(90));
    List<HclBlock> blocks = top.blocks("listener", 1);
    List<ListenerSettings> listeners =
        new ListenerReader(environment, problems, templates, requestDuration).read(blocks);
    if (blocks.isEmpty()) {
      problems.problem(
          top.at().file(),
          "there is no listener; write one, such as listener \"tcp\" { address ="
              + " \"127.0.0.1:8200\" … }");
    }
    StorageSettings storage = new StorageReader(environment, problems).read(top);
    List<SealSettings> seals = new SealReader(environment, problems).read(top.blocks("seal", 1));
    return new ServerSettings(
        storage,
        listeners,
        seals,
        new KmsLibraryReader(environment, problems).read(top.blocks("kms_library", 1)),
        readEntropy(seals),
        readCluster(listeners, storage),
        readLeases(),
        readLog(),
        readTelemetry(),
        readLockouts(),
        readAudit(),
        new ProcessSettings(
            top.path("pid_file"),
            top.bool("enable_response_header_hostname", false),
            top.bool("enable_response_header_raft_node_id", false),
            top.bool("ui", false),
            top.bool("disable_sealwrap", false)));
  }

  private boolean readEntropy(List<SealSettings> seals) {
    Optional<HclBlock> block = top.onlyBlock("entropy", 1);
    if (block.isEmpty()) {
      return false;
    }
    Position at = block.get().labels().getFirst().at();
    StanzaReader reader =
        StanzaReader.of(ServerStanzas.ENTROPY, block.get(), environment, problems);
    Optional<Boolean> mode = reader.choice("mode", Map.of("augmentation", true));
    if (!block.get().label().equals("seal")) {
      problems.problem(at, "there is no entropy of that source; there is entropy \"seal\"");
    } else if (reader.given("mode").isEmpty()) {
      problems.problem(at, "entropy \"seal\" has no mode; write mode = \"augmentation\"");
    } else if (seals.stream().noneMatch(s -> !s.disabled() && s.type().equals("pkcs11"))) {
      problems.problem(
          at,
          "entropy \"seal\" needs a seal \"pkcs11\", whose HSM gives it; add one or remove this");
    }
    return mode.orElse(false);
  }

  private ClusterSettings readCluster(List<ListenerSettings> listeners, StorageSettings storage) {
    Optional<ListenerSettings.Tcp> first =
        listeners.stream()
            .filter(ListenerSettings.Tcp.class::isInstance)
            .map(ListenerSettings.Tcp.class::cast)
            .findFirst();
    String scheme = first.flatMap(ListenerSettings.Tcp::tls).isPresent() ? "https" : "http";
    Optional<String> api =
        url("api_addr")
            .or(
                () ->
                    interfaceUrl(
                        "VAULT_API_INTERFACE", scheme, first.map(ListenerSettings.Tcp::address)))
            .or(
                () ->
                    interfaceUrl(
                        "VAULT_REDIRECT_INTERFACE",
                        scheme,
                        first.map(ListenerSettings.Tcp::address)))
            .or(() -> first.map(tcp -> scheme + "://" + reachable(tcp.address())));
    Optional<String> named =
        url("cluster_addr")
            .or(
                () ->
                    interfaceUrl(
                        "VAULT_CLUSTER_INTERFACE",
                        "https",
                        first.map(ListenerSettings.Tcp::clusterAddress)));
    Optional<String> cluster =
        named.or(() -> first.map(tcp -> "https://" + reachable(tcp.clusterAddress())));
    boolean disabled = top.bool("disable_clustering", false);
    if (disabled && storage instanceof StorageSettings.Raft) {
      problems.problem(
          top.given("disable_clustering").orElseThrow().at(),
          "\"disable_clustering\" cannot be true with storage \"raft\"; remove it");
    }
    boolean joins =
        storage instanceof StorageSettings.Raft raft
            && (named.isPresent() || !raft.joins().isEmpty());
    return new ClusterSettings(
        api,
        cluster,
        top.text("cluster_name"),
        disabled,
        joins ? first.map(ListenerSettings.Tcp::clusterAddress) : Optional.empty());
  }

  private Optional<String> interfaceUrl(
      String variable, String scheme, Optional<HostPort> listener) {
    Optional<Given> given = environment.findVault(variable);
    if (given.isEmpty() || listener.isEmpty()) {
      return Optional.empty();
    }
    Optional<InetAddress> address = host.ofInterface(given.get().text().orElseThrow());
    if (address.isEmpty()) {
      problems.problem(
          given.get().at(), "there is no network interface of that name with an address");
    }
    return address.map(
        a -> scheme + "://" + new HostPort(a.getHostAddress(), listener.get().port()));
  }

  /** An address that others may reach: for all addresses, a private one of this host. */
  private HostPort reachable(HostPort address) {
    if (!address.isWildcard()) {
      return address;
    }
    String literal = host.privateAddress().map(InetAddress::getHostAddress).orElse("127.0.0.1");
    return new HostPort(literal, address.port());
  }

  private Optional<String> url(String key) {
    Optional<String> text = top.text(key);
    if (text.isEmpty()) {
      return text;
    }
    Position at = top.given(key).orElseThrow().at();
    return switch (templates.resolve(text.get())) {
      case AddressTemplate.Outcome.Problem(String problem) -> {
        problems.problem(at, HclKey.quoted(key) + ": " + problem);
        yield Optional.empty();
      }
      case AddressTemplate.Outcome.Text(String resolved) -> {
        if (!isUrl(resolved)) {
          problems.problem(
              at, HclKey.quoted(key) + " takes a whole URL, such as \"https://host.example:8200\"");
        }
        yield Optional.of(
            resolved.endsWith("/") ? resolved.substring(0, resolved.length() - 1) : resolved);
      }
    };
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getScheme() != null
          && uri.getScheme().matches("https?");
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private LeaseSettings readLeases() {
    Duration max = orLease(top.duration("max_lease_ttl", LEASE));
    boolean set = top.given("default_lease_ttl").isPresent();
    Duration shortened = max.compareTo(LEASE) < 0 ? max : LEASE;
    Duration fallback = orLease(top.duration("default_lease_ttl", shortened));
    if (set && fallback.compareTo(max) > 0) {
      problems.problem(
          top.given("default_lease_ttl").orElseThrow().at(),
          "\"default_lease_ttl\" is longer than \"max_lease_ttl\"; make it no longer");
    }
    return new LeaseSettings(fallback, max);
  }

  private static Duration orLease(Duration duration) {
    return duration.isZero() ? LEASE : duration;
  }

  private LogSettings readLog() {
    Map<String, LogSettings.Level> levels = new LinkedHashMap<>();
    for (LogSettings.Level level : LogSettings.Level.values()) {
      levels.put(level.name().toLowerCase(Locale.ROOT), level);
    }
    Map<String, LogSettings.Level> accepted = new LinkedHashMap<>(levels);
    accepted.put("notice", LogSettings.Level.INFO);
    accepted.put("warning", LogSettings.Level.WARN);
    accepted.put("err", LogSettings.Level.ERROR);
    Map<String, Optional<LogSettings.Level>> requests = new LinkedHashMap<>();
    levels.forEach((word, level) -> requests.put(word, Optional.of(level)));
    requests.put("off", Optional.empty());
    Map<String, LogSettings.Format> formats = new LinkedHashMap<>();
    formats.put("standard", LogSettings.Format.STANDARD);
    formats.put("json", LogSettings.Format.JSON);
    long bytes = top.whole("log_rotate_bytes", 0, 0, Long.MAX_VALUE);
    Duration age = top.duration("log_rotate_duration", Duration.ofHours(24));
    return new LogSettings(
        top.choice("log_level", accepted).orElse(LogSettings.Level.INFO),
        top.choice("log_format", formats).orElse(LogSettings.Format.STANDARD),
        top.path("log_file"),
        new LogSettings.Rotation(
            bytes == 0 ? Long.MAX_VALUE : bytes,
            age,
            (int) top.whole("log_rotate_max_files", 0, -1, 1_000_000)),
        top.choice("log_requests_level", requests).orElse(Optional.empty()));
  }

  private TelemetrySettings readTelemetry() {
    StanzaReader reader = top.inner("telemetry", ServerStanzas.TELEMETRY);
    return new TelemetrySettings(
        reader.duration("prometheus_retention_time", Duration.ofHours(24)),
        reader.text("metrics_prefix").orElse("vault"),
        reader.bool("disable_hostname", false),
        reader.bool("enable_hostname_label", false));
  }

  private List<UserLockoutSettings> readLockouts() {
    List<UserLockoutSettings> lockouts = new ArrayList<>();
    for (HclBlock block : top.blocks("user_lockout", 1)) {
      StanzaReader reader =
          StanzaReader.of(ServerStanzas.USER_LOCKOUT, block, environment, problems);
      lockouts.add(
          new UserLockoutSettings(
              block.label().toLowerCase(Locale.ROOT),
              reader.whole("lockout_threshold", 5, 0, Integer.MAX_VALUE),
              reader.duration("lockout_duration", Duration.ofMinutes(15)),
              reader.duration("lockout_counter_reset", Duration.ofMinutes(15)),
              reader.bool("disable_lockout", false)));
    }
    return lockouts;
  }

  private AuditSettings readAudit() {
    return new AuditSettings(
        readAuditDevices(),
        top.bool("unsafe_allow_api_audit_creation", true),
        top.bool("allow_audit_log_prefixing", false),
        readAuditFolders());
  }

  private List<Path> readAuditFolders() {
    List<Path> folders = new ArrayList<>();
    for (String text : top.texts("audit_folders")) {
      if (text.startsWith("/")) {
        folders.add(Path.of(text).normalize());
      } else {
        problems.problem(
            top.at(), "audit_folders: " + HclKey.quoted(text) + " is no absolute path");
      }
    }
    return folders;
  }

  /** Devices are written with two labels, type and path. */
  private List<AuditDeviceSettings> readAuditDevices() {
    List<AuditDeviceSettings> audits = new ArrayList<>();
    for (HclBlock block : top.blocks("audit", 2)) {
      StanzaReader reader = StanzaReader.of(ServerStanzas.AUDIT, block, environment, problems);
      Map<String, String> options =
          reader.blocks("options", 0).stream()
              .flatMap(inner -> inner.body().members().stream())
              .collect(
                  Collectors.toMap(
                      HclMember::name,
                      member -> new Given(member.name(), member.value()).text().orElse(""),
                      (first, second) -> second));
      audits.add(
          new AuditDeviceSettings(
              block.label(),
              block.labels().get(1).text(),
              reader.text("description").orElse(""),
              options));
    }
    return audits;
  }
}
