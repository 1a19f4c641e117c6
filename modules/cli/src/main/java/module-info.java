/** The command line that people know, as a client of the HTTP API. */
@org.jspecify.annotations.NullMarked
module strongroom.cli {
  requires static transitive org.jspecify;
  requires transitive strongroom.logical;

  exports strongroom.cli;
}
