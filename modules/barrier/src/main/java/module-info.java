/** Encrypts every stored value under a versioned keyring that the root key protects. */
@org.jspecify.annotations.NullMarked
module strongroom.barrier {
  requires static transitive org.jspecify;
  requires transitive strongroom.storage;
  requires transitive strongroom.secret;

  exports strongroom.barrier;
}
