/** The seal {@code ocikms}: a key in Oracle Cloud KMS. */
@org.jspecify.annotations.NullMarked
module strongroom.seal.ocikms {
  requires static transitive org.jspecify;
  requires strongroom.logical;
  requires strongroom.tls;
  requires transitive strongroom.seal.envelope;
  requires strongroom.seal.http;

  exports strongroom.seal.ocikms;
}
