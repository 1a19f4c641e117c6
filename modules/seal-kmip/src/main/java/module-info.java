/** The seal {@code kmip}: a key in a server that speaks KMIP. */
@org.jspecify.annotations.NullMarked
module strongroom.seal.kmip {
  requires static transitive org.jspecify;
  requires strongroom.tls;
  requires transitive strongroom.seal.envelope;

  exports strongroom.seal.kmip;
}
