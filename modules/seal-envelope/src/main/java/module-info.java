/** Seals by a service that encrypts small keys: frame, health and stanza are alike for all. */
@org.jspecify.annotations.NullMarked
module strongroom.seal.envelope {
  requires static transitive org.jspecify;
  requires transitive strongroom.seal;

  exports strongroom.seal.envelope;
}
