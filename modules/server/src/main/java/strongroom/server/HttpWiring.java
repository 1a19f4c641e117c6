package strongroom.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.config.ConfigurationFault;
import strongroom.config.ListenerSettings;
import strongroom.http.HttpSettings;
import strongroom.logical.Network;

/** Turns the configuration's listeners into those of the HTTP front. */
final class HttpWiring {
  private static final int PORT_DEFAULT = 8200;

  private HttpWiring() {}

  static List<HttpSettings> wire(List<ListenerSettings> listeners) {
    return listeners.stream().map(HttpWiring::wire).toList();
  }

  private static HttpSettings wire(ListenerSettings listener) {
    return switch (listener) {
      case ListenerSettings.Tcp tcp -> {
        int colon = tcp.address().lastIndexOf(':');
        boolean hasPort = colon > tcp.address().lastIndexOf(']') && colon >= 0;
        String host = hasPort ? tcp.address().substring(0, colon) : tcp.address();
        yield new HttpSettings.Tcp(
            host.replace("[", "").replace("]", ""),
            hasPort ? port(tcp.address(), tcp.address().substring(colon + 1)) : PORT_DEFAULT,
            tcp.tls().map(HttpWiring::tls),
            forwarded(tcp.forwarded()),
            limits(tcp.common()));
      }
      case ListenerSettings.Unix unix ->
          new HttpSettings.Unix(
              unix.address(), unix.mode(), unix.user(), unix.group(), limits(unix.common()));
    };
  }

  private static int port(String address, String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number that is out of range.
    }
    throw ConfigurationFault.of("the listener's address " + address + " has no port from 0 to 65535");
  }

  private static HttpSettings.Tls tls(ListenerSettings.Tls tls) {
    return new HttpSettings.Tls(
        tls.certFile(),
        tls.keyFile(),
        tls.protocols(),
        tls.cipherSuites(),
        tls.clientCaFile(),
        !tls.disableClientCerts() && (tls.clientCaFile().isPresent() || tls.requireClientCerts()),
        tls.requireClientCerts());
  }

  private static HttpSettings.Forwarded forwarded(ListenerSettings.Forwarded forwarded) {
    List<Network> authorized = new ArrayList<>();
    for (String text : forwarded.authorized()) {
      Optional<Network> network = Network.parse(text);
      authorized.add(
          network.orElseThrow(
              () ->
                  ConfigurationFault.of(
                      "x_forwarded_for_authorized_addrs: " + text + " is no network such as"
                          + " 10.0.0.0/8")));
    }
    return new HttpSettings.Forwarded(
        authorized,
        forwarded.hopSkips(),
        forwarded.rejectNotAuthorized(),
        forwarded.rejectNotPresent());
  }

  private static HttpSettings.Limits limits(ListenerSettings.Common common) {
    HttpSettings.Limits defaults = HttpSettings.Limits.DEFAULT;
    return new HttpSettings.Limits(
        common.requestBodyBytesMax(),
        common.requestDuration(),
        common.idle(),
        defaults.headerBytesMax(),
        common.requireRequestHeader(),
        common.customHeaders());
  }
}
