/** The per-token secrets engine. */
@org.jspecify.annotations.NullMarked
module strongroom.engine.cubbyhole {
  requires static transitive org.jspecify;
  requires transitive strongroom.engine;
  requires transitive strongroom.logical;

  exports strongroom.engine.cubbyhole;
}
