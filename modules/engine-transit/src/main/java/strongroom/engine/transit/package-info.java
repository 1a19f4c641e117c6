/**
 * The transit secrets engine: it keeps named keys and encrypts, decrypts, signs, verifies and
 * hashes with them for clients, who never see the keys.
 *
 * <p>In the flow: {@code request} calls the handlers that {@link
 * strongroom.engine.transit.TransitEngine} declares. A key in use is held decoded in a bounded
 * cache, its secret parts outside the heap; a write drops it from there. What is asked of a managed
 * key is done in the HSM.
 *
 * <p>It must never put a plaintext, a key or a context into a message, never use a nonce that a
 * caller chose, and never answer with private material of a key that is not exportable.
 */
package strongroom.engine.transit;
