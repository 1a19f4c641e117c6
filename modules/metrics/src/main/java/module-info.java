/** Counts and times by name, read in the shapes that monitoring takes. */
@org.jspecify.annotations.NullMarked
module strongroom.metrics {
  requires static transitive org.jspecify;

  exports strongroom.metrics;
}
