/** Who stands behind tokens: entities, their aliases, and groups. */
@org.jspecify.annotations.NullMarked
module strongroom.identity {
  requires static transitive org.jspecify;
  requires transitive strongroom.engine;
  requires transitive strongroom.logical;
  requires transitive strongroom.policy;
  requires transitive strongroom.storage;

  exports strongroom.identity;
}
