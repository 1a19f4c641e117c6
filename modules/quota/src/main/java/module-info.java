/** Rate limits: how many requests a client may make. */
@org.jspecify.annotations.NullMarked
module strongroom.quota {
  requires static transitive org.jspecify;
  requires transitive strongroom.logical;
  requires transitive strongroom.storage;

  exports strongroom.quota;
}
