/** Issues, finds, renews and revokes tokens. */
@org.jspecify.annotations.NullMarked
module strongroom.token {
  requires static transitive org.jspecify;
  requires strongroom.engine;
  requires strongroom.logical;
  requires strongroom.policy;
  requires strongroom.storage;
  requires org.slf4j;

  exports strongroom.token;
}
