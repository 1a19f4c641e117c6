/** Calls to key services by HTTP, each with a deadline. */
@org.jspecify.annotations.NullMarked
module strongroom.seal.http {
  requires static transitive org.jspecify;
  requires transitive strongroom.logical;
  requires transitive strongroom.seal.envelope;
  requires transitive java.net.http;

  exports strongroom.seal.http;
}
