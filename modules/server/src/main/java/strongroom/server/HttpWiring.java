package strongroom.server;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import strongroom.config.ForwardedForSettings;
import strongroom.config.ListenerSettings;
import strongroom.config.ServerSettings;
import strongroom.config.StorageSettings;
import strongroom.config.TlsSettings;
import strongroom.http.HttpSettings;
import strongroom.logical.Network;
import strongroom.logical.OpenEndpoints;

/** Turns the configuration's listeners into those of the HTTP front. */
final class HttpWiring {
  private static final String EVERYWHERE = "0.0.0.0";

  private HttpWiring() {}

  /**
   * The listeners of {@code settings}.
   *
   * @param hostname what {@code X-Vault-Hostname} says, where answers are to carry it
   */
  static List<HttpSettings> wire(ServerSettings settings, String hostname) {
    Map<String, String> names = names(settings, hostname);
    return settings.listeners().stream().map(listener -> wire(listener, names)).toList();
  }

  private static Map<String, String> names(ServerSettings settings, String hostname) {
    Map<String, String> names = new HashMap<>();
    if (settings.process().hostnameHeader()) {
      names.put("X-Vault-Hostname", hostname);
    }
    if (settings.process().raftNodeIdHeader()
        && settings.storage() instanceof StorageSettings.Raft raft) {
      names.put("X-Vault-Raft-Node-ID", StorageWiring.nodeId(raft));
    }
    return names;
  }

  /** What was configured, and {@code names} with every status. */
  private static Map<String, Map<String, String>> headers(
      Map<String, Map<String, String>> configured, Map<String, String> names) {
    Map<String, Map<String, String>> headers = new HashMap<>(configured);
    headers.merge(
        "default",
        names,
        (one, other) -> {
          Map<String, String> both = new HashMap<>(one);
          both.putAll(other);
          return both;
        });
    return headers;
  }

  private static HttpSettings wire(ListenerSettings listener, Map<String, String> names) {
    return switch (listener) {
      case ListenerSettings.Tcp tcp ->
          new HttpSettings.Tcp(
              tcp.address().host().isEmpty() ? EVERYWHERE : tcp.address().host(),
              tcp.address().port(),
              tcp.tls().map(HttpWiring::tls),
              forwarded(tcp.forwardedFor()),
              limits(tcp.http(), names));
      case ListenerSettings.Unix unix ->
          new HttpSettings.Unix(
              unix.socket(),
              Integer.toOctalString(unix.mode()),
              unix.user().orElse(""),
              unix.group().orElse(""),
              limits(unix.http(), names));
    };
  }

  private static HttpSettings.Tls tls(TlsSettings tls) {
    TlsSettings.ClientCertificates clients = tls.clientCertificates();
    return new HttpSettings.Tls(
        tls.certificateFile(),
        tls.keyFile(),
        tls.versions().stream().map(TlsSettings.Version::javaName).toList(),
        tls.cipherSuites(),
        tls.clientCaFile(),
        clients != TlsSettings.ClientCertificates.NONE,
        clients == TlsSettings.ClientCertificates.REQUIRED);
  }

  private static HttpSettings.Forwarded forwarded(ForwardedForSettings forwarded) {
    return new HttpSettings.Forwarded(
        forwarded.authorized().stream()
            .map(cidr -> new Network(cidr.network().getAddress(), cidr.prefixBits()))
            .toList(),
        forwarded.hopSkips(),
        forwarded.rejectNotAuthorized(),
        forwarded.rejectNotPresent());
  }

  private static HttpSettings.Limits limits(
      strongroom.config.HttpSettings http, Map<String, String> names) {
    return new HttpSettings.Limits(
        http.requestBodyBytesMax(),
        http.requestDurationMax(),
        new HttpSettings.Times(
            http.timeouts().header(),
            http.timeouts().read(),
            http.timeouts().write().orElse(HttpSettings.Times.DEFAULT.write()),
            http.timeouts().idle()),
        http.headerBytesMax(),
        HttpSettings.Limits.CONNECTIONS_MAX,
        http.requireRequestHeader(),
        headers(http.responseHeaders(), names),
        http.json(),
        http.redaction(),
        open(http));
  }

  private static Set<OpenEndpoints> open(strongroom.config.HttpSettings http) {
    Set<OpenEndpoints> open = EnumSet.noneOf(OpenEndpoints.class);
    if (!http.disableUnauthenticatedRekey()) {
      open.add(OpenEndpoints.REKEY);
    }
    if (!http.disableUnauthenticatedGenerateRoot()) {
      open.add(OpenEndpoints.GENERATE_ROOT);
    }
    if (http.unauthenticatedMetrics()) {
      open.add(OpenEndpoints.METRICS);
    }
    return open;
  }
}
