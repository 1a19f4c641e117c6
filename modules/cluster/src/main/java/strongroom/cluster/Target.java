package strongroom.cluster;

/**
 * A node to call.
 *
 * @param nodeId whose certificate must answer
 * @param host where
 * @param port where
 */
public record Target(String nodeId, String host, int port) {
  /** From {@code host:port}, an IPv6 host in brackets. */
  public static Target of(String nodeId, String address) {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? address : address.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      return new Target(nodeId, host, Integer.parseInt(address.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new ClusterFault("the address " + address + " is not host:port", e);
    }
  }
}
