/** Replicates the Storage port through Apache Ratis, over an ordered store on disk. */
package strongroom.storage.raft;
