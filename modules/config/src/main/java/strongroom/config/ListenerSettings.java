package strongroom.config;

import java.nio.file.Path;
import java.util.Optional;

/** Where requests come in. */
public sealed interface ListenerSettings {
  /** What holds for the requests that come in here. */
  HttpSettings http();

  /** {@code file:line:column} of the stanza, for messages. */
  String place();

  /**
   * An address: {@code listener "tcp"}.
   *
   * @param address where clients connect
   * @param clusterAddress where other nodes connect
   * @param tls empty for plain HTTP
   * @param forwardedFor whose {@code X-Forwarded-For} is believed
   */
  record Tcp(
      String place,
      HostPort address,
      HostPort clusterAddress,
      Optional<TlsSettings> tls,
      ForwardedForSettings forwardedFor,
      HttpSettings http)
      implements ListenerSettings {}

  /**
   * A Unix domain socket: {@code listener "unix"}.
   *
   * @param socket the path
   * @param mode permission bits, such as 0600 (octal)
   * @param user the owner by name or number, where it is to be changed
   * @param group the group by name or number, where it is to be changed
   */
  record Unix(
      String place,
      Path socket,
      int mode,
      Optional<String> user,
      Optional<String> group,
      HttpSettings http)
      implements ListenerSettings {}
}
