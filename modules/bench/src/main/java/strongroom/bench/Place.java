package strongroom.bench;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Where a node runs: on loopback, or in a network namespace.
 *
 * @param host its address
 * @param prefix words before its command, that put it there; none on loopback
 */
record Place(String host, List<String> prefix) {
  /** Of {@code HOST=COMMAND …}, as the script says it. */
  static Place parse(String text) {
    int at = text.indexOf('=');
    return new Place(
        text.substring(0, at),
        Arrays.stream(text.substring(at + 1).split(" ", -1))
            .filter(word -> !word.isEmpty())
            .toList());
  }

  /** A free address there. */
  InetSocketAddress address() {
    return new InetSocketAddress(host, ServerProcess.freePort());
  }
}
