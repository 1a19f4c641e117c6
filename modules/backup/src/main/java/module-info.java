/** Snapshots of a node that runs: taken and restored. */
@org.jspecify.annotations.NullMarked
module strongroom.backup {
  requires static transitive org.jspecify;
  requires transitive strongroom.engine;
  requires strongroom.logical;
  requires transitive strongroom.node;
  requires strongroom.snapshot;
  requires strongroom.storage;
  requires transitive strongroom.storage.raft;
  requires strongroom.system.node;
  requires org.slf4j;

  exports strongroom.backup;
}
