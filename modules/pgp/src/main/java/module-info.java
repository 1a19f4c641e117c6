/** Encrypts key shares for the holders of OpenPGP keys. */
@org.jspecify.annotations.NullMarked
module strongroom.pgp {
  requires static transitive org.jspecify;
  requires strongroom.secret;
  requires org.bouncycastle.pg;

  exports strongroom.pgp;
}
