/** Wraps the root key with a key that never leaves an HSM. */
@SuppressWarnings("module") // the seal is called pkcs11 by everybody
@org.jspecify.annotations.NullMarked
module strongroom.seal.pkcs11 {
  requires static transitive org.jspecify;
  requires transitive strongroom.seal;
  requires transitive strongroom.hsm;
  requires org.slf4j;

  exports strongroom.seal.pkcs11;
}
