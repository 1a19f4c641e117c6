/** Contracts of the ports, and fakes, for the tests of the modules above them. */
@org.jspecify.annotations.NullMarked
module strongroom.testkit {
  requires static transitive org.jspecify;
  requires strongroom.secret;
  requires transitive strongroom.managed.keys;
  requires transitive strongroom.seal;
  requires transitive strongroom.storage;
  requires org.assertj.core;
  requires org.junit.jupiter.api;

  exports strongroom.testkit;
}
