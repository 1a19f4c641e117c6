package strongroom.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * The HTTP proxy in the way: {@code VAULT_PROXY_ADDR} or {@code VAULT_HTTP_PROXY} for every
 * request, else {@code HTTPS_PROXY} and {@code HTTP_PROXY} as Go reads them.
 */
record ProxySettings(String host, int port) {
  private static final int HEAD_BYTES_MAX = 16 * 1024;

  /** The proxy for requests to {@code address}, where there is one. */
  static Optional<ProxySettings> find(Environment environment, Address address) {
    if (address.unix()) {
      return Optional.empty();
    }
    Optional<String> always =
        environment.find("PROXY_ADDR").or(() -> environment.find("HTTP_PROXY"));
    if (always.isPresent()) {
      return Optional.of(parse(always.get()));
    }
    String name = address.tls() ? "HTTPS_PROXY" : "HTTP_PROXY";
    Optional<String> usual =
        environment.exactly(name).or(() -> environment.exactly(name.toLowerCase(Locale.ROOT)));
    if (usual.isEmpty() || excluded(environment, address.host())) {
      return Optional.empty();
    }
    return Optional.of(parse(usual.get()));
  }

  private static ProxySettings parse(String text) {
    try {
      URI uri = URI.create(text.contains("://") ? text : "http://" + text);
      if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
        return new ProxySettings(uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
      }
    } catch (IllegalArgumentException e) {
      // Said below: the text itself may hold a password.
    }
    throw Failure.usage("the proxy's address must be http://host:port");
  }

  private static boolean excluded(Environment environment, String host) {
    if (host.equals("localhost") || (isLiteral(host) && loopback(host))) {
      return true;
    }
    String list =
        environment.exactly("NO_PROXY").or(() -> environment.exactly("no_proxy")).orElse("");
    for (String part : list.split(",", -1)) {
      String name = part.strip();
      String suffix = name.startsWith(".") ? name : "." + name;
      if (name.equals("*") || (!name.isEmpty() && (host.equals(name) || host.endsWith(suffix)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
  }

  private static boolean loopback(String literal) {
    try {
      return InetAddress.getByName(literal).isLoopbackAddress();
    } catch (IOException e) {
      return false;
    }
  }

  /** Asks the proxy for a way to {@code address} (RFC 9110 section 9.3.6). */
  void tunnel(Socket socket, Address address) throws IOException {
    String authority = address.host() + ":" + address.port();
    String request = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int c = socket.getInputStream().read();
      if (c < 0 || head.length() > HEAD_BYTES_MAX) {
        throw new IOException("the proxy " + host + ":" + port + " closed the connection");
      }
      head.append((char) c);
    }
    if (!head.toString().startsWith("HTTP/1.1 200")
        && !head.toString().startsWith("HTTP/1.0 200")) {
      String line = head.substring(0, head.indexOf("\r\n"));
      throw new IOException("the proxy " + host + ":" + port + " answered: " + line);
    }
  }
}
