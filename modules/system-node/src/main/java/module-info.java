/** Answers the sys/* paths of a node's life: init, unseal, seal, health, keys. */
@org.jspecify.annotations.NullMarked
module strongroom.system.node {
  requires static transitive org.jspecify;
  requires strongroom.ceremony;
  requires transitive strongroom.metrics;
  requires transitive strongroom.node;
  requires transitive strongroom.engine;
  requires transitive strongroom.logical;

  exports strongroom.system.node;
}
