/** Answers sys/*, one file a concern. */
@org.jspecify.annotations.NullMarked
module strongroom.system {
  requires static transitive org.jspecify;
  requires transitive strongroom.token;
  requires transitive strongroom.policy;
  requires transitive strongroom.managed.keys;
  requires transitive strongroom.mount;
  requires transitive strongroom.quota;
  requires transitive strongroom.engine;
  requires transitive strongroom.logical;
  requires transitive strongroom.storage;
  requires org.slf4j;

  exports strongroom.system;
}
