/** Takes a request through its stages in order and answers it. */
@org.jspecify.annotations.NullMarked
module strongroom.request {
  requires static transitive org.jspecify;
  requires transitive strongroom.audit;
  requires transitive strongroom.token;
  requires transitive strongroom.policy;
  requires transitive strongroom.mount;
  requires transitive strongroom.quota;
  requires transitive strongroom.engine;
  requires transitive strongroom.logical;
  requires transitive strongroom.storage;
  requires org.slf4j;

  exports strongroom.request;
}
