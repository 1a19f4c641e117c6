/** The words every request is told in: operation, request, response, refusal, JSON. */
@org.jspecify.annotations.NullMarked
module strongroom.logical {
  requires static transitive org.jspecify;
  requires transitive strongroom.secret;
  requires transitive tools.jackson.core;

  exports strongroom.logical;
}
