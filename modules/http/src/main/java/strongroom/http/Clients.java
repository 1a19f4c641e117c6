package strongroom.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import strongroom.logical.Client;
import strongroom.logical.Network;
import strongroom.logical.Refusal;

/** Who is at the other end of a connection, as far as proxies are believed. */
final class Clients {
  private static final String FORWARDED_FOR = "X-Forwarded-For";

  private final HttpSettings.Forwarded forwarded;

  Clients(HttpSettings.Forwarded forwarded) {
    this.forwarded = forwarded;
  }

  Client of(Request request) {
    SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
    if (!(remote instanceof InetSocketAddress socket) || socket.getAddress() == null) {
      return new Client(Optional.empty(), 0, headers(request), Optional.empty());
    }
    InetAddress address = address(request, socket.getAddress());
    return new Client(
        Optional.of(address), socket.getPort(), headers(request), certificate(request));
  }

  private InetAddress address(Request request, InetAddress peer) {
    if (forwarded.authorized().isEmpty()) {
      return peer;
    }
    List<String> values = request.getHeaders().getValuesList(FORWARDED_FOR);
    boolean proxy = forwarded.authorized().stream().anyMatch(network -> network.contains(peer));
    if (!proxy) {
      if (!values.isEmpty() && forwarded.rejectNotAuthorized()) {
        throw Refusal.invalid(
            "client address not authorized for x-forwarded-for, rejecting connection");
      }
      return peer;
    }
    if (values.isEmpty()) {
      if (forwarded.rejectNotPresent()) {
        throw Refusal.invalid(
            "missing x-forwarded-for header and configured to reject when not present");
      }
      return peer;
    }
    List<String> hops = new ArrayList<>();
    values.forEach(value -> hops.addAll(List.of(value.split(","))));
    int index = hops.size() - 1 - forwarded.hopSkips();
    if (index < 0) {
      throw Refusal.invalid(
          "malformed x-forwarded-for configuration or request, hops to skip exceed hops present");
    }
    return Network.parse(hops.get(index).strip())
        .map(Clients::toAddress)
        .orElseThrow(() -> Refusal.invalid("x-forwarded-for holds no address at that hop"));
  }

  private static InetAddress toAddress(Network network) {
    try {
      return InetAddress.getByAddress(network.address());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  private static Map<String, List<String>> headers(Request request) {
    Map<String, List<String>> headers = new HashMap<>();
    for (HttpField field : request.getHeaders()) {
      String name = field.getName().toLowerCase(Locale.ROOT);
      if (!name.equals("x-vault-token")
          && !name.equals("authorization")
          && !name.equals("cookie")) {
        headers
            .computeIfAbsent(name, key -> new ArrayList<>(1))
            .add(String.valueOf(field.getValue()));
      }
    }
    return headers;
  }

  private static Optional<byte[]> certificate(Request request) {
    if (!request.isSecure()
        || !(request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE)
            instanceof EndPoint.SslSessionData data)) {
      return Optional.empty();
    }
    X509Certificate[] chain = data.peerCertificates();
    if (chain == null || chain.length == 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(chain[0].getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that TLS has read cannot be written", e);
    }
  }
}
