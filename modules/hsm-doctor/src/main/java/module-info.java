/** Looks into HSMs for people: what is wrong, and whether all works that we need. */
@org.jspecify.annotations.NullMarked
module strongroom.hsm.doctor {
  requires static transitive org.jspecify;
  requires transitive strongroom.hsm;
  requires transitive strongroom.logical;
  requires strongroom.seal;
  requires strongroom.secret;
  requires transitive strongroom.seal.pkcs11;

  exports strongroom.hsm.doctor;
}
