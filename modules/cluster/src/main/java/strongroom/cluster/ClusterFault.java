package strongroom.cluster;

/** The link's own fault: a certificate that cannot be made or read, a port that is taken. */
public final class ClusterFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClusterFault(String message, Throwable cause) {
    super(message, cause);
  }
}
