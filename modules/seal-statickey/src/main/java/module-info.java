/** The seal {@code static}: a key that lies beside the configuration. */
@org.jspecify.annotations.NullMarked
module strongroom.seal.statickey {
  requires static transitive org.jspecify;
  requires transitive strongroom.seal.envelope;

  exports strongroom.seal.statickey;
}
