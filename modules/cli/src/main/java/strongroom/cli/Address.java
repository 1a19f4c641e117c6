package strongroom.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where the server listens.
 *
 * @param scheme {@code http}, {@code https} or {@code unix}
 * @param host the host, without brackets; empty for {@code unix}
 * @param port the port; 0 for {@code unix}
 * @param path what stands before {@code /v1/}, without a slash at its end; the socket's path for
 *     {@code unix}
 */
record Address(String scheme, String host, int port, String path) {
  /** Where Vault listens unless it is told otherwise. */
  static final String DEFAULT = "https://127.0.0.1:8200";

  /** Reads {@code https://host:8200}, {@code host:8200} is a mistake that says what is missing. */
  static Address parse(String text) {
    String given = text.strip();
    if (given.startsWith("unix://")) {
      String socket = given.substring("unix://".length());
      if (!socket.startsWith("/")) {
        throw Failure.usage(
            "the address " + given + " has no absolute path: write unix:///path/to/socket");
      }
      return new Address("unix", "", 0, socket);
    }
    URI uri;
    try {
      uri = new URI(given);
    } catch (URISyntaxException e) {
      throw malformed(given);
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if ((!scheme.equals("http") && !scheme.equals("https"))
        || uri.getHost() == null
        || uri.getUserInfo() != null) {
      throw malformed(given);
    }
    String host = uri.getHost();
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return new Address(scheme, host, port, path);
  }

  private static Failure malformed(String given) {
    // A user part may hold a password.
    String shown = given.indexOf('@') >= 0 ? "given" : given;
    return Failure.usage(
        "the address "
            + shown
            + " is none of http://host:port, https://host:port, unix:///path: check VAULT_ADDR or"
            + " -address");
  }

  boolean tls() {
    return scheme.equals("https");
  }

  boolean unix() {
    return scheme.equals("unix");
  }

  /** The host and port as the {@code Host} header has them. */
  String authority() {
    if (unix()) {
      return "localhost";
    }
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    boolean usual = port == (tls() ? 443 : 80);
    return usual ? shown : shown + ":" + port;
  }

  /** The path of a request, with the address's own before it. */
  String target(String pathAndQuery) {
    return unix() ? pathAndQuery : path + pathAndQuery;
  }

  /** The address of {@code target} in messages. */
  String url(String target) {
    return unix() ? "unix://" + path + target : scheme + "://" + authority() + target;
  }

  @Override
  public String toString() {
    return url(unix() ? "" : path);
  }
}
