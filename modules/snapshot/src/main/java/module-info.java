/** The file that a snapshot is: written, read, checked. */
@org.jspecify.annotations.NullMarked
module strongroom.snapshot {
  requires static transitive org.jspecify;
  requires transitive strongroom.logical;

  exports strongroom.snapshot;
}
