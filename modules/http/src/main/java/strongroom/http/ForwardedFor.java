package strongroom.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import strongroom.logical.Client;
import strongroom.logical.Network;
import strongroom.logical.Refusal;

/** Who a request comes from, as far as the proxies before this server are believed. */
final class ForwardedFor {
  static final String HEADER_LOWER = "x-forwarded-for";
  private static final String HEADER = "X-Forwarded-For";

  private final HttpSettings.Forwarded settings;
  private final HttpSettings.Limits limits;

  /** Tells of each client what {@code limits} open to it and keep from it. */
  ForwardedFor(HttpSettings.Forwarded settings, HttpSettings.Limits limits) {
    this.settings = settings;
    this.limits = limits;
  }

  Client client(Request request) {
    Peer peer = Peer.of(request);
    Optional<InetAddress> direct = peer.address();
    boolean believed =
        direct.isPresent() && !settings.authorized().isEmpty() && isProxy(direct.get());
    Optional<InetAddress> address =
        direct.isEmpty() || settings.authorized().isEmpty()
            ? direct
            : Optional.of(address(request, direct.get(), believed));
    return new Client(
        address,
        peer.port(),
        new RequestHeaders(request.getHeaders(), believed),
        peer.certificate(request),
        limits.open(),
        limits.redaction());
  }

  private boolean isProxy(InetAddress address) {
    for (Network network : settings.authorized()) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private InetAddress address(Request request, InetAddress direct, boolean believed) {
    List<String> values = request.getHeaders().getValuesList(HEADER);
    if (values.isEmpty()) {
      if (settings.rejectNotPresent()) {
        throw Refusal.invalid(
            "X-Forwarded-For is missing, and this listener refuses requests without it"
                + " (x_forwarded_for_reject_not_present)");
      }
      return direct;
    }
    if (!believed) {
      if (settings.rejectNotAuthorized()) {
        throw Refusal.invalid(
            "X-Forwarded-For comes from "
                + direct.getHostAddress()
                + ", which is not one of this listener's x_forwarded_for_authorized_addrs");
      }
      return direct;
    }
    List<String> hops = new ArrayList<>();
    for (String value : values) {
      hops.addAll(List.of(value.split(",", -1)));
    }
    int index = hops.size() - 1 - settings.hopSkips();
    if (index < 0) {
      throw Refusal.invalid(
          "X-Forwarded-For has "
              + hops.size()
              + " addresses, and x_forwarded_for_hop_skips skips "
              + settings.hopSkips());
    }
    return Network.parse(withoutPort(hops.get(index).strip()))
        .map(ForwardedFor::toAddress)
        .orElseThrow(() -> Refusal.invalid("X-Forwarded-For holds something that is no address"));
  }

  /** Some proxies write {@code 10.0.0.1:4711} or {@code [::1]:4711}. */
  private static String withoutPort(String hop) {
    if (hop.startsWith("[")) {
      int end = hop.indexOf(']');
      return end < 0 ? hop : hop.substring(1, end);
    }
    int colon = hop.indexOf(':');
    return colon >= 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
  }

  private static InetAddress toAddress(Network network) {
    try {
      return InetAddress.getByAddress(network.address());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }
}
