/**
 * Snapshots of a node that runs: taken and restored by {@code sys/storage/raft/snapshot}. Lies
 * above the node and its storage; reads and writes ciphertext, and never a key.
 */
@org.jspecify.annotations.NullMarked
package strongroom.backup;
