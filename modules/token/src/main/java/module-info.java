/** Issues, finds, renews and revokes tokens. */
@org.jspecify.annotations.NullMarked
module strongroom.token {
  requires static transitive org.jspecify;
  requires transitive strongroom.engine;
  requires transitive strongroom.logical;
  requires transitive strongroom.policy;
  requires transitive strongroom.storage;
  requires org.slf4j;

  exports strongroom.token;
}
