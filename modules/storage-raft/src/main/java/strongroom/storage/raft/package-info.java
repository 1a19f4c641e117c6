/**
 * The Storage port on Apache Ratis, over RocksDB.
 *
 * <p>In the flow: the barrier commits batches of ciphertext; batches of concurrent requests are
 * gathered into one Raft entry ({@code CommitQueue}), which is durable once Ratis has synced its
 * log, and is then applied to the ordered store ({@code OrderedStore}). Reads go to the ordered
 * store. The log is the store's write-ahead log: the store itself syncs at snapshots only, and
 * carries the index of the last applied entry in the same write. It must never interpret values.
 */
package strongroom.storage.raft;
