/** The Seal port, Shamir's secret sharing, and the record of what wrapped what. */
@org.jspecify.annotations.NullMarked
module strongroom.seal {
  requires static transitive org.jspecify;
  requires transitive strongroom.secret;
  requires org.slf4j;

  exports strongroom.seal;
}
