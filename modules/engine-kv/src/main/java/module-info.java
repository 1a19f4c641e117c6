/** The KV secrets engine, versions 1 and 2. */
@org.jspecify.annotations.NullMarked
module strongroom.engine.kv {
  requires static transitive org.jspecify;
  requires transitive strongroom.engine;
  requires transitive strongroom.logical;
  requires org.slf4j;

  exports strongroom.engine.kv;
}
