/** Holds the table of mounts and routes a path to its engine. */
@org.jspecify.annotations.NullMarked
module strongroom.mount {
  requires static transitive org.jspecify;
  requires transitive strongroom.engine;
  requires transitive strongroom.logical;
  requires transitive strongroom.storage;
  requires org.slf4j;

  exports strongroom.mount;
}
