/** Keys and certificates in PEM, and what a TLS client trusts and is. */
@org.jspecify.annotations.NullMarked
module strongroom.tls {
  requires static transitive org.jspecify;

  exports strongroom.tls;
}
