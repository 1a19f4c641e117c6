package strongroom.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.hcl.HclBlock;
import strongroom.hcl.HclList;
import strongroom.hcl.HclMember;
import strongroom.hcl.HclObject;
import strongroom.hcl.HclSyntax;
import strongroom.hcl.HclValue;

/** Reads the stanzas {@code listener}. */
final class ListenerReader {
  private static final long BODY_BYTES_MAX = 32L * 1024 * 1024;
  private static final Duration REQUEST_MAX = Duration.ofSeconds(90);
  private static final Duration IDLE_MAX = Duration.ofMinutes(5);

  /** The versions in their order, by the names that files use. */
  private static final Map<String, String> TLS_VERSIONS = versions();

  private final Problems problems;

  ListenerReader(Problems problems) {
    this.problems = problems;
  }

  private static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("tls10", "");
    versions.put("tls11", "");
    versions.put("tls12", "TLSv1.2");
    versions.put("tls13", "TLSv1.3");
    return versions;
  }

  List<ListenerSettings> read(List<HclBlock> blocks) {
    List<ListenerSettings> listeners = new ArrayList<>();
    for (HclBlock block : blocks) {
      switch (block.label()) {
        case "tcp" -> listeners.add(tcp(block));
        case "unix" -> unix(block).ifPresent(listeners::add);
        default ->
            problems.error(
                block.key().at(),
                "a listener is \"tcp\" or \"unix\", not " + block.labels().getFirst().quoted());
      }
    }
    return listeners;
  }

  private ListenerSettings tcp(HclBlock block) {
    Stanza stanza =
        new Stanza("listener \"tcp\"", block.body(), block.key().at(), Key.TCP, problems);
    return new ListenerSettings.Tcp(
        stanza.text("address").orElse("127.0.0.1:8200"),
        stanza.text("cluster_address").orElse(""),
        stanza.flag("tls_disable", false) ? Optional.empty() : tls(stanza),
        new ListenerSettings.Forwarded(
            stanza.texts("x_forwarded_for_authorized_addrs"),
            Math.toIntExact(
                Math.clamp(stanza.number("x_forwarded_for_hop_skips").orElse(0L), 0L, 1000L)),
            stanza.flag("x_forwarded_for_reject_not_authorized", true),
            stanza.flag("x_forwarded_for_reject_not_present", true)),
        common(stanza));
  }

  private Optional<ListenerSettings.Tls> tls(Stanza stanza) {
    Optional<String> certificates = stanza.text("tls_cert_file");
    Optional<String> key = stanza.text("tls_key_file");
    if (certificates.isEmpty() || key.isEmpty()) {
      problems.error(
          stanza.place(),
          "the listener needs tls_cert_file and tls_key_file, or tls_disable = \"true\"");
      return Optional.empty();
    }
    return Optional.of(
        new ListenerSettings.Tls(
            Path.of(certificates.get()),
            Path.of(key.get()),
            protocols(stanza),
            stanza.texts("tls_cipher_suites"),
            stanza.text("tls_client_ca_file").map(Path::of),
            stanza.flag("tls_disable_client_certs", false),
            stanza.flag("tls_require_and_verify_client_cert", false)));
  }

  private List<String> protocols(Stanza stanza) {
    List<String> names = List.copyOf(TLS_VERSIONS.keySet());
    int min = names.indexOf(stanza.text("tls_min_version").orElse("tls12"));
    int max = names.indexOf(stanza.text("tls_max_version").orElse("tls13"));
    List<String> chosen =
        min < 0 || max < min
            ? List.of()
            : names.subList(min, max + 1).stream()
                .map(TLS_VERSIONS::get)
                .filter(version -> !version.isEmpty())
                .toList();
    if (chosen.isEmpty()) {
      problems.error(
          stanza.at("tls_min_version").or(() -> stanza.at("tls_max_version")).orElse(stanza.place()),
          "tls_min_version and tls_max_version are tls12 or tls13; older TLS is not offered");
    }
    return chosen;
  }

  private Optional<ListenerSettings> unix(HclBlock block) {
    Stanza stanza =
        new Stanza("listener \"unix\"", block.body(), block.key().at(), Key.UNIX, problems);
    Optional<String> address = stanza.text("address");
    if (address.isEmpty()) {
      problems.error(block.key().at(), "a unix listener needs address, the path of its socket");
    }
    return address.map(
        path ->
            new ListenerSettings.Unix(
                Path.of(path),
                stanza.text("socket_mode").orElse(""),
                stanza.text("socket_user").orElse(""),
                stanza.text("socket_group").orElse(""),
                common(stanza)));
  }

  private ListenerSettings.Common common(Stanza stanza) {
    long size = stanza.number("max_request_size").orElse(BODY_BYTES_MAX);
    return new ListenerSettings.Common(
        size <= 0 ? BODY_BYTES_MAX : size,
        stanza.duration("max_request_duration").filter(d -> !d.isZero()).orElse(REQUEST_MAX),
        stanza.duration("http_idle_timeout").filter(d -> !d.isZero()).orElse(IDLE_MAX),
        stanza.flag("require_request_header", false),
        customHeaders(stanza));
  }

  /** {@code custom_response_headers { "default" = { "Name" = ["value"] } }}. */
  private Map<String, Map<String, String>> customHeaders(Stanza stanza) {
    Map<String, Map<String, String>> headers = new LinkedHashMap<>();
    Optional<HclMember> member = stanza.member("custom_response_headers");
    if (member.isEmpty()) {
      return headers;
    }
    try {
      for (HclBlock block : HclObject.blocks(member.get(), 1)) {
        Map<String, String> ofStatus = new LinkedHashMap<>();
        for (HclMember header : block.body().members()) {
          ofStatus.put(header.name(), String.join(", ", values(header.value())));
        }
        headers.put(block.label(), ofStatus);
      }
    } catch (HclSyntax e) {
      problems.error(e);
    }
    return headers;
  }

  private static List<String> values(HclValue value) {
    return value instanceof HclList list
        ? list.items().stream().flatMap(item -> Stanza.asText(item).stream()).toList()
        : Stanza.asText(value).stream().toList();
  }
}
