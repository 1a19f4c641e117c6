/** Lives a node's life: initialize, unseal, seal, rotate, rekey. */
@org.jspecify.annotations.NullMarked
module strongroom.node {
  requires static transitive org.jspecify;
  requires transitive strongroom.storage;
  requires transitive strongroom.barrier;
  requires transitive strongroom.ceremony;
  requires transitive strongroom.seal;
  requires strongroom.logical;
  requires transitive strongroom.secret;
  requires strongroom.pgp;
  requires org.slf4j;

  exports strongroom.node;
}
