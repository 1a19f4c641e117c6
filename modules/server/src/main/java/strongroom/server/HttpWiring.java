package strongroom.server;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import strongroom.config.ForwardedForSettings;
import strongroom.config.ListenerSettings;
import strongroom.config.TlsSettings;
import strongroom.http.HttpSettings;
import strongroom.logical.Network;
import strongroom.logical.OpenEndpoints;

/** Turns the configuration's listeners into those of the HTTP front. */
final class HttpWiring {
  private static final String EVERYWHERE = "0.0.0.0";

  private HttpWiring() {}

  static List<HttpSettings> wire(List<ListenerSettings> listeners) {
    return listeners.stream().map(HttpWiring::wire).toList();
  }

  private static HttpSettings wire(ListenerSettings listener) {
    return switch (listener) {
      case ListenerSettings.Tcp tcp ->
          new HttpSettings.Tcp(
              tcp.address().host().isEmpty() ? EVERYWHERE : tcp.address().host(),
              tcp.address().port(),
              tcp.tls().map(HttpWiring::tls),
              forwarded(tcp.forwardedFor()),
              limits(tcp.http()));
      case ListenerSettings.Unix unix ->
          new HttpSettings.Unix(
              unix.socket(),
              Integer.toOctalString(unix.mode()),
              unix.user().orElse(""),
              unix.group().orElse(""),
              limits(unix.http()));
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

  private static HttpSettings.Limits limits(strongroom.config.HttpSettings http) {
    return new HttpSettings.Limits(
        http.requestBodyBytesMax(),
        http.requestDurationMax(),
        new HttpSettings.Times(
            http.timeouts().header(),
            http.timeouts().read(),
            http.timeouts().write().orElse(HttpSettings.Times.DEFAULT.write()),
            http.timeouts().idle()),
        HttpSettings.Limits.DEFAULT.headerBytesMax(),
        HttpSettings.Limits.CONNECTIONS_MAX,
        http.requireRequestHeader(),
        http.responseHeaders(),
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
    return open;
  }
}
