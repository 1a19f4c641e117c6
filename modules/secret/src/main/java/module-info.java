/** Memory that zeroes itself and never prints. */
@org.jspecify.annotations.NullMarked
module strongroom.secret {
  requires static transitive org.jspecify;

  exports strongroom.secret;
}
