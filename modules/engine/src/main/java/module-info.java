/** The Engine port and the declaration of endpoints. */
@org.jspecify.annotations.NullMarked
module strongroom.engine {
  requires static transitive org.jspecify;
  requires transitive strongroom.logical;

  exports strongroom.engine;
}
