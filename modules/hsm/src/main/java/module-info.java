/** Speaks PKCS#11 2.40 and 3.x to a vendor's library through the foreign-function API. */
@org.jspecify.annotations.NullMarked
module strongroom.hsm {
  requires static transitive org.jspecify;
  requires transitive strongroom.secret;
  requires transitive org.slf4j;

  exports strongroom.hsm;
}
