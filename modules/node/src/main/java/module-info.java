/** Lives a node's life: initialize, unseal, seal, rotate, rekey. */
@org.jspecify.annotations.NullMarked
module strongroom.node {
  requires static transitive org.jspecify;
  requires strongroom.storage;
  requires strongroom.barrier;
  requires strongroom.seal;
  requires strongroom.logical;
  requires strongroom.secret;
  requires strongroom.pgp;
  requires org.slf4j;

  exports strongroom.node;
}
