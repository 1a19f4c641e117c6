package strongroom.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import strongroom.hcl.HclBlock;
import strongroom.hcl.HclKey;
import strongroom.hcl.HclMember;
import strongroom.hcl.HclObject;
import strongroom.hcl.Position;
import strongroom.hcl.Spelling;
import strongroom.logical.Json;
import strongroom.logical.JsonLimits;
import strongroom.logical.Redaction;

/** Reads listeners. */
final class ListenerReader {
  private static final String METRICS_OPEN = "unauthenticated_metrics_access";
  private static final String NO_METRICS = "disallow_metrics";
  private static final int HEADER_BYTES_CEILING = 1 << 20;

  /** A value takes about a hundred bytes of the heap. */
  private static final int JSON_VALUES_CEILING = 10_000_000;

  private static final int PORT = 8200;
  private static final Set<String> TYPES = Set.of("tcp", "unix");
  private static final long REQUEST_BYTES = 32 << 20;

  private final Environment environment;
  private final Problems problems;
  private final AddressTemplate templates;
  private final Duration requestDurationMax;

  /** {@code requestDurationMax} holds where a listener sets none. */
  ListenerReader(
      Environment environment,
      Problems problems,
      AddressTemplate templates,
      Duration requestDurationMax) {
    this.environment = environment;
    this.problems = problems;
    this.templates = templates;
    this.requestDurationMax = requestDurationMax;
  }

  List<ListenerSettings> read(List<HclBlock> blocks) {
    List<ListenerSettings> listeners = new ArrayList<>();
    for (HclBlock block : blocks) {
      String type = block.label();
      switch (type) {
        case "tcp" -> listeners.add(readTcp(reader(ListenerStanzas.TCP, block)));
        case "unix" -> readUnix(reader(ListenerStanzas.UNIX, block)).ifPresent(listeners::add);
        default ->
            problems.problem(
                block.labels().getFirst().at(),
                "there is no listener "
                    + HclKey.quoted(type)
                    + "; available are \"tcp\" and \"unix\""
                    + Spelling.hint(type, TYPES));
      }
    }
    return listeners;
  }

  private StanzaReader reader(Stanza stanza, HclBlock block) {
    return StanzaReader.of(stanza, block, environment, problems);
  }

  private ListenerSettings readTcp(StanzaReader reader) {
    HostPort address = address(reader, "address", new HostPort("127.0.0.1", PORT));
    return new ListenerSettings.Tcp(
        Given.place(reader.at()),
        address,
        address(reader, "cluster_address", address.nextPort()),
        readTls(reader),
        readForwardedFor(reader),
        readHttp(reader));
  }

  private HostPort address(StanzaReader reader, String key, HostPort fallback) {
    Optional<String> text = reader.text(key);
    if (text.isEmpty()) {
      return fallback;
    }
    Position at = reader.given(key).orElseThrow().at();
    return switch (templates.resolve(text.get())) {
      case AddressTemplate.Outcome.Problem(String problem) -> {
        problems.problem(at, HclKey.quoted(key) + ": " + problem);
        yield fallback;
      }
      case AddressTemplate.Outcome.Text(String resolved) -> {
        Optional<HostPort> parsed = HostPort.parse(resolved, fallback.port());
        if (parsed.isEmpty()) {
          problems.problem(
              at,
              HclKey.quoted(key)
                  + " takes host:port, such as \"0.0.0.0:8200\" or \"[::1]:8200\", with a port from"
                  + " 0 to 65535");
        }
        yield parsed.orElse(fallback);
      }
    };
  }

  private Optional<ListenerSettings> readUnix(StanzaReader reader) {
    Optional<Path> socket = reader.path("address");
    if (socket.isEmpty()) {
      problems.problem(
          reader.at(), "listener \"unix\" has no \"address\": write the path of the socket");
      return Optional.empty();
    }
    return Optional.of(
        new ListenerSettings.Unix(
            Given.place(reader.at()),
            socket.get(),
            socketMode(reader),
            reader.text("socket_user"),
            reader.text("socket_group"),
            readHttp(reader)));
  }

  private int socketMode(StanzaReader reader) {
    Optional<String> mode = reader.text("socket_mode");
    boolean octal = mode.isEmpty() || mode.get().matches("0?[0-7]{3}");
    if (!octal) {
      problems.problem(
          reader.given("socket_mode").orElseThrow().at(),
          "\"socket_mode\" takes three octal digits, such as \"0660\"");
    }
    return mode.filter(m -> octal).map(m -> Integer.parseInt(m, 8)).orElse(0600);
  }

  private Optional<TlsSettings> readTls(StanzaReader reader) {
    // Of a value that is no boolean it is already said so; what TLS lacks would be beside the
    // point.
    boolean unclear = reader.given("tls_disable").filter(g -> g.bool().isEmpty()).isPresent();
    if (reader.bool("tls_disable", false) || unclear) {
      return Optional.empty();
    }
    Optional<Path> certificate = reader.path("tls_cert_file");
    Optional<Path> key = reader.path("tls_key_file");
    if (certificate.isEmpty() || key.isEmpty()) {
      problems.problem(
          reader.at(),
          "listener \"tcp\" has no \""
              + (certificate.isEmpty() ? "tls_cert_file" : "tls_key_file")
              + "\": give \"tls_cert_file\" and \"tls_key_file\", or tls_disable = true for plain"
              + " HTTP");
      return Optional.empty();
    }
    return Optional.of(
        new TlsSettings(
            certificate.get(),
            key.get(),
            readVersions(reader),
            reader.texts("tls_cipher_suites"),
            reader.path("tls_client_ca_file"),
            readClientCertificates(reader)));
  }

  private List<TlsSettings.Version> readVersions(StanzaReader reader) {
    Map<String, TlsSettings.Version> words = new LinkedHashMap<>();
    words.put("tls12", TlsSettings.Version.TLS12);
    words.put("tls13", TlsSettings.Version.TLS13);
    TlsSettings.Version min = TlsSettings.Version.TLS12;
    Optional<String> asked = reader.text("tls_min_version");
    if (asked.isPresent() && Set.of("tls10", "tls11").contains(asked.get())) {
      problems.warn(
          reader.given("tls_min_version").orElseThrow().at(),
          "TLS 1.0 and 1.1 are broken and not offered; TLS 1.2 is the least");
    } else {
      min = reader.choice("tls_min_version", words).orElse(min);
    }
    TlsSettings.Version max =
        reader.choice("tls_max_version", words).orElse(TlsSettings.Version.TLS13);
    if (min.compareTo(max) > 0) {
      problems.problem(
          reader.given("tls_max_version").orElseThrow().at(),
          "\"tls_max_version\" is older than \"tls_min_version\"; no version is left");
      return List.of(min);
    }
    TlsSettings.Version least = min;
    return Arrays.stream(TlsSettings.Version.values())
        .filter(v -> v.compareTo(least) >= 0 && v.compareTo(max) <= 0)
        .toList();
  }

  private TlsSettings.ClientCertificates readClientCertificates(StanzaReader reader) {
    boolean required = reader.bool("tls_require_and_verify_client_cert", false);
    boolean none = reader.bool("tls_disable_client_certs", false);
    if (required && none) {
      problems.problem(
          reader.given("tls_disable_client_certs").orElseThrow().at(),
          "\"tls_disable_client_certs\" and \"tls_require_and_verify_client_cert\" are both true;"
              + " remove one");
    }
    if (required) {
      return TlsSettings.ClientCertificates.REQUIRED;
    }
    return none ? TlsSettings.ClientCertificates.NONE : TlsSettings.ClientCertificates.REQUESTED;
  }

  private ForwardedForSettings readForwardedFor(StanzaReader reader) {
    String key = "x_forwarded_for_authorized_addrs";
    List<Cidr> authorized = new ArrayList<>();
    for (String text : reader.texts(key)) {
      Optional<Cidr> range = Cidr.parse(text);
      range.ifPresent(authorized::add);
      if (range.isEmpty()) {
        problems.problem(
            reader.given(key).orElseThrow().at(),
            HclKey.quoted(key) + " takes addresses and ranges such as \"10.0.0.0/8\"");
      }
    }
    return new ForwardedForSettings(
        authorized,
        (int) reader.whole("x_forwarded_for_hop_skips", 0, 0, 100),
        reader.bool("x_forwarded_for_reject_not_authorized", true),
        reader.bool("x_forwarded_for_reject_not_present", true));
  }

  private HttpSettings readHttp(StanzaReader reader) {
    StanzaReader telemetry = reader.inner("telemetry", ListenerStanzas.TELEMETRY);
    reader.inner("profiling", ListenerStanzas.PROFILING);
    reader.inner("inflight_requests_logging", ListenerStanzas.IN_FLIGHT);
    long bytes = reader.whole("max_request_size", 0, Long.MIN_VALUE, Long.MAX_VALUE);
    Duration duration = reader.duration("max_request_duration", Duration.ZERO);
    return new HttpSettings(
        bytes == 0 ? REQUEST_BYTES : bytes < 0 ? Long.MAX_VALUE : bytes,
        duration.isZero() ? requestDurationMax : duration,
        readTimeouts(reader),
        readHeaders(reader),
        reader.bool("require_request_header", false),
        (int)
            orDefault(reader.whole("max_request_header_size", 0, 0, HEADER_BYTES_CEILING), 32_768),
        readJson(reader),
        new Redaction(
            reader.bool("redact_addresses", false),
            reader.bool("redact_cluster_name", false),
            reader.bool("redact_version", false),
            reader.bool(NO_METRICS, false) || telemetry.bool(NO_METRICS, false)),
        reader.bool("disable_unauthed_rekey_endpoints", true),
        reader.bool("disable_unauthed_generate_root_endpoints", false),
        telemetry.bool(METRICS_OPEN, false));
  }

  /** 0 stands for the default, as Vault has it. */
  private static JsonLimits readJson(StanzaReader reader) {
    JsonLimits usual = JsonLimits.DEFAULT;
    return new JsonLimits(
        json(reader, "max_json_depth", Json.DEPTH_CEILING, usual.depthMax()),
        json(reader, "max_json_string_value_length", Integer.MAX_VALUE, usual.stringLengthMax()),
        json(reader, "max_json_object_entry_count", Integer.MAX_VALUE, usual.entriesMax()),
        json(reader, "max_json_array_element_count", Integer.MAX_VALUE, usual.itemsMax()),
        json(reader, "max_json_values", JSON_VALUES_CEILING, usual.valuesMax()));
  }

  private static int json(StanzaReader reader, String key, int max, int usual) {
    return (int) orDefault(reader.whole(key, 0, 0, max), usual);
  }

  private static long orDefault(long value, long usual) {
    return value == 0 ? usual : value;
  }

  private static HttpSettings.Timeouts readTimeouts(StanzaReader reader) {
    Duration header = reader.duration("http_read_header_timeout", Duration.ofSeconds(10));
    Duration read = reader.duration("http_read_timeout", Duration.ofSeconds(30));
    Duration idle = reader.duration("http_idle_timeout", Duration.ofMinutes(5));
    Duration write = reader.duration("http_write_timeout", Duration.ZERO);
    Duration idleOrRead = idle.isZero() ? (read.isZero() ? header : read) : idle;
    return new HttpSettings.Timeouts(
        header, read, write.isZero() ? Optional.empty() : Optional.of(write), idleOrRead);
  }

  private Map<String, Map<String, String>> readHeaders(StanzaReader reader) {
    Map<String, Map<String, String>> byStatus = new LinkedHashMap<>();
    for (HclBlock block : reader.blocks("custom_response_headers", 1)) {
      HclKey status = block.labels().getFirst();
      if (!status.text().matches("default|[1-5]xx|[1-5][0-9][0-9]")) {
        problems.problem(
            status.at(),
            HclKey.quoted(status.text())
                + " is no status; allowed are \"default\", \"2xx\" and the like, and \"200\" and"
                + " the like");
      } else {
        byStatus
            .computeIfAbsent(status.text(), s -> new LinkedHashMap<>())
            .putAll(readHeaders(block.body()));
      }
    }
    return byStatus;
  }

  private Map<String, String> readHeaders(HclObject body) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (HclMember member : body.members()) {
      String name = member.name();
      Optional<List<String>> values = headerValues(member);
      boolean clean =
          values.isPresent()
              && values.get().stream().allMatch(v -> v.chars().allMatch(c -> c >= ' ' && c != 127));
      if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+") || !clean) {
        problems.problem(
            member.key().at(),
            HclKey.quoted(name)
                + " takes a list of texts of one line each, and has a header's name");
      } else if (name.toLowerCase(Locale.ROOT).startsWith("x-vault-")) {
        problems.warn(
            member.key().at(),
            HclKey.quoted(name) + " is ignored: headers that start with X-Vault- are the server's");
      } else {
        headers.put(name, String.join("; ", values.orElse(List.of())));
      }
    }
    return headers;
  }

  /** A list as it is; one text alone is one value, commas and all. */
  private static Optional<List<String>> headerValues(HclMember member) {
    Given given = new Given(member.name(), member.value());
    return given.text().map(List::of).or(given::texts);
  }
}
