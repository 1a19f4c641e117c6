/** The transit secrets engine: encryption, signatures and HMACs as a service. */
@org.jspecify.annotations.NullMarked
module strongroom.engine.transit {
  requires static transitive org.jspecify;
  requires transitive strongroom.engine;
  requires transitive strongroom.logical;
  requires transitive strongroom.managed.keys;
  requires strongroom.secret;
  requires org.slf4j;

  exports strongroom.engine.transit;
}
