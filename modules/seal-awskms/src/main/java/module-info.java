/** The seal {@code awskms}: a key in AWS KMS. */
@org.jspecify.annotations.NullMarked
module strongroom.seal.awskms {
  requires static transitive org.jspecify;
  requires strongroom.logical;
  requires transitive strongroom.seal.envelope;
  requires strongroom.seal.http;

  exports strongroom.seal.awskms;
}
