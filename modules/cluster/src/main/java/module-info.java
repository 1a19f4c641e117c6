/** The link between a cluster's nodes: mutual TLS with certificates that the cluster issues. */
@org.jspecify.annotations.NullMarked
module strongroom.cluster {
  requires static transitive org.jspecify;
  requires java.naming;
  requires org.slf4j;

  exports strongroom.cluster;
}
