package strongroom.logical;

/**
 * What is not told at a listener. In answers to requests without a token an empty text stands in.
 *
 * @param addresses of this and other nodes
 * @param clusterName the cluster's name
 * @param version the server's version and when it was built
 * @param metrics all of {@code sys/metrics}, whatever token asks
 */
public record Redaction(boolean addresses, boolean clusterName, boolean version, boolean metrics) {
  /** Leaves out nothing. */
  public static final Redaction NOTHING = new Redaction(false, false, false, false);

  /** An address, where it may be told. */
  public String address(String text) {
    return addresses ? "" : text;
  }

  /** The cluster's name, where it may be told. */
  public String clusterName(String text) {
    return clusterName ? "" : text;
  }

  /** A version, or when it was built, where it may be told. */
  public String version(String text) {
    return version ? "" : text;
  }
}
