/** A node's part in a cluster: joining, taking the lead, forwarding to who leads. */
@org.jspecify.annotations.NullMarked
module strongroom.clustering {
  requires static transitive org.jspecify;
  requires java.net.http;
  requires strongroom.barrier;
  requires transitive strongroom.cluster;
  requires transitive strongroom.engine;
  requires transitive strongroom.logical;
  requires transitive strongroom.node;
  requires strongroom.seal;
  requires strongroom.secret;
  requires strongroom.storage;
  requires transitive strongroom.storage.raft;
  requires transitive strongroom.tls;
  requires tools.jackson.core;
  requires org.slf4j;

  exports strongroom.clustering;
}
