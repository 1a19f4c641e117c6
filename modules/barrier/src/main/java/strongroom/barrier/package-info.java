/**
 * Encrypts every stored value under a versioned keyring that the root key protects.
 *
 * <p>In the flow: everything above reads and writes through {@link strongroom.barrier.Barrier},
 * which is a {@link strongroom.storage.Storage} over the one below; storage sees ciphertext and
 * paths only. {@code node} opens it with the root key and closes it when the node seals. This
 * package must never store a key or a value in the clear, serve a value that does not authenticate,
 * or encrypt twice with one nonce.
 */
package strongroom.barrier;
