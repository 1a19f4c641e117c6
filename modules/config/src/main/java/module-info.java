/** Turns the operator's files, flags and environment into typed settings, each with its place. */
@org.jspecify.annotations.NullMarked
module strongroom.config {
  requires static transitive org.jspecify;
  requires transitive strongroom.secret;
  requires strongroom.hcl;
  requires transitive strongroom.logical;

  exports strongroom.config;
}
