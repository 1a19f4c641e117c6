/** Replicates the Storage port through Apache Ratis, over an ordered store on disk. */
@org.jspecify.annotations.NullMarked
module strongroom.storage.raft {
  requires static transitive org.jspecify;
  requires transitive strongroom.cluster;
  requires transitive strongroom.storage;
  requires ratis;
  requires rocksdbjni;
  requires org.slf4j;

  exports strongroom.storage.raft;
}
