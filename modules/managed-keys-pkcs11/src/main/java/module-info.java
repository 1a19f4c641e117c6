/** Managed keys in an HSM. */
@SuppressWarnings("module") // the kind of key is called pkcs11 by everybody
@org.jspecify.annotations.NullMarked
module strongroom.managed.keys.pkcs11 {
  requires static transitive org.jspecify;
  requires transitive strongroom.hsm;
  requires transitive strongroom.managed.keys;
  requires transitive strongroom.secret;

  exports strongroom.managed.keys.pkcs11;
}
