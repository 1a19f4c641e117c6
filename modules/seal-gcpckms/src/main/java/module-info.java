/** The seal {@code gcpckms}: a key in Google Cloud KMS. */
@org.jspecify.annotations.NullMarked
module strongroom.seal.gcpckms {
  requires static transitive org.jspecify;
  requires strongroom.logical;
  requires strongroom.tls;
  requires transitive strongroom.seal.envelope;
  requires strongroom.seal.http;

  exports strongroom.seal.gcpckms;
}
