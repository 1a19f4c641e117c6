package strongroom.config;

import java.util.Optional;

/**
 * A host and a port.
 *
 * @param host a name or an address, an IPv6 address without its brackets; empty text for all
 * @param port 0 for any that is free
 */
public record HostPort(String host, int port) {
  private static final int PORT_MAX = 65_535;

  /** The host and port in {@code text}: {@code host:port}, {@code [::1]:port}, {@code :port}. */
  static Optional<HostPort> parse(String text, int portWithout) {
    String host = text;
    String port = "";
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      if (end < 0 || (end + 1 < text.length() && text.charAt(end + 1) != ':')) {
        return Optional.empty();
      }
      host = text.substring(1, end);
      port = end + 1 < text.length() ? text.substring(end + 2) : "";
      if (end + 2 == text.length()) {
        return Optional.empty();
      }
    } else if (text.indexOf(':') == text.lastIndexOf(':') && text.indexOf(':') >= 0) {
      host = text.substring(0, text.indexOf(':'));
      port = text.substring(text.indexOf(':') + 1);
      if (port.isEmpty()) {
        return Optional.empty();
      }
    }
    if (host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '@' || c == '[')) {
      return Optional.empty();
    }
    if (port.isEmpty()) {
      return text.isEmpty() ? Optional.empty() : Optional.of(new HostPort(host, portWithout));
    }
    if (port.length() > 5 || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    int number = Integer.parseInt(port);
    return number > PORT_MAX ? Optional.empty() : Optional.of(new HostPort(host, number));
  }

  /** The same host, one port higher; any port stays any. */
  HostPort nextPort() {
    return new HostPort(host, port == 0 || port == PORT_MAX ? 0 : port + 1);
  }

  /** Whether this stands for all addresses of the host. */
  public boolean isWildcard() {
    return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
  }

  /** {@code host:port}, an IPv6 address in brackets. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
