/** Encrypts every stored value under a versioned keyring that the root key protects. */
package strongroom.barrier;
