/** Keys that live outside of the server: the port, and what is stored of them. */
@org.jspecify.annotations.NullMarked
module strongroom.managed.keys {
  requires static transitive org.jspecify;
  requires transitive strongroom.logical;
  requires transitive strongroom.secret;
  requires transitive strongroom.storage;

  exports strongroom.managed.keys;
}
