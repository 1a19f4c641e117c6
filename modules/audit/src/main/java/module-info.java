/** Records every request and its answer on audit devices. */
@org.jspecify.annotations.NullMarked
module strongroom.audit {
  requires static transitive org.jspecify;
  requires transitive strongroom.engine;
  requires transitive strongroom.logical;
  requires transitive strongroom.storage;
  requires tools.jackson.core;
  requires org.slf4j;

  exports strongroom.audit;
}
