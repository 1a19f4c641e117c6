package strongroom.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The addresses of this host: what templates in addresses ask for. */
interface HostAddresses {
  /** The first private IPv4 address of an interface that is up. */
  Optional<InetAddress> privateAddress();

  /** The first public IPv4 address of an interface that is up. */
  Optional<InetAddress> publicAddress();

  /** The first address of the interface {@code name}, IPv4 before IPv6. */
  Optional<InetAddress> ofInterface(String name);

  /** The real ones. */
  HostAddresses SYSTEM =
      new HostAddresses() {
        @Override
        public Optional<InetAddress> privateAddress() {
          return first(InetAddress::isSiteLocalAddress);
        }

        @Override
        public Optional<InetAddress> publicAddress() {
          return first(a -> !a.isSiteLocalAddress() && !a.isLinkLocalAddress());
        }

        @Override
        public Optional<InetAddress> ofInterface(String name) {
          try {
            return Optional.ofNullable(NetworkInterface.getByName(name)).stream()
                .flatMap(NetworkInterface::inetAddresses)
                .min(Comparator.comparingInt(a -> a instanceof Inet4Address ? 0 : 1));
          } catch (SocketException e) {
            return Optional.empty();
          }
        }

        private Optional<InetAddress> first(Predicate<InetAddress> wanted) {
          return interfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
              .filter(wanted)
              .findFirst();
        }

        private Stream<NetworkInterface> interfaces() {
          try {
            return NetworkInterface.networkInterfaces()
                .filter(HostAddresses::isUp)
                .sorted(Comparator.comparingInt(NetworkInterface::getIndex));
          } catch (SocketException e) {
            return Stream.empty();
          }
        }
      };

  private static boolean isUp(NetworkInterface one) {
    try {
      return one.isUp();
    } catch (SocketException e) {
      return false;
    }
  }
}
