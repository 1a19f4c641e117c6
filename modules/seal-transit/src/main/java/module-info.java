/** The seal {@code transit}: a key in the transit engine of another server. */
@org.jspecify.annotations.NullMarked
module strongroom.seal.transit {
  requires static transitive org.jspecify;
  requires strongroom.logical;
  requires strongroom.tls;
  requires transitive strongroom.seal.envelope;
  requires strongroom.seal.http;
  requires org.slf4j;

  exports strongroom.seal.transit;
}
