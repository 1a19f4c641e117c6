package strongroom.logical;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a request came from.
 *
 * @param address the client's address after {@code X-Forwarded-For} from a trusted proxy; empty on
 *     a Unix socket
 * @param port the client's port, 0 on a Unix socket
 * @param headers the request's headers, names in lower case, but for those that carry a token
 * @param certificate the DER bytes of the client's TLS certificate, where one was verified
 * @param open what the listener opens to clients without a token
 * @param redaction what it is not told where it came in
 */
public record Client(
    Optional<InetAddress> address,
    int port,
    Map<String, List<String>> headers,
    Optional<byte[]> certificate,
    Set<OpenEndpoints> open,
    Redaction redaction) {
  /** A client within this process. */
  public static final Client LOCAL = new Client(Optional.empty(), 0, Map.of(), Optional.empty());

  /** A client that is told everything and to whom nothing more is open. */
  public Client(
      Optional<InetAddress> address,
      int port,
      Map<String, List<String>> headers,
      Optional<byte[]> certificate) {
    this(address, port, headers, certificate, Set.of(), Redaction.NOTHING);
  }
}
