/**
 * The file that a snapshot is, as Vault's tools read it too: a gzipped tar archive of {@code
 * meta.json}, {@code state.bin} and {@code SHA256SUMS}. Lies below what takes snapshots and what
 * restores them. Values are ciphertext here and stay so.
 */
@org.jspecify.annotations.NullMarked
package strongroom.snapshot;
