/** The record of what was done to the keys: signed, chained, checked. */
@org.jspecify.annotations.NullMarked
module strongroom.ceremony {
  requires static transitive org.jspecify;
  requires transitive strongroom.logical;

  exports strongroom.ceremony;
}
