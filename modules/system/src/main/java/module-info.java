/** Answers sys/*, one file a concern. */
@org.jspecify.annotations.NullMarked
module strongroom.system {
  requires static transitive org.jspecify;
  requires strongroom.node;
  requires strongroom.token;
  requires strongroom.policy;
  requires strongroom.mount;
  requires strongroom.engine;
  requires strongroom.logical;
  requires strongroom.storage;
  requires org.slf4j;

  exports strongroom.system;
}
