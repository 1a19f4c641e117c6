/** Encrypts key shares for the holders of OpenPGP keys. */
@org.jspecify.annotations.NullMarked
module strongroom.pgp {
  requires static transitive org.jspecify;
  requires org.bouncycastle.pg;
  requires org.bouncycastle.provider;

  exports strongroom.pgp;
}
