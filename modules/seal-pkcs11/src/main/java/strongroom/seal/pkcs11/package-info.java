/**
 * The seal {@code pkcs11}: wraps the root key and the recovery key by a key that never leaves an
 * HSM.
 *
 * <p>{@link strongroom.seal.pkcs11.Pkcs11Seal} implements the Seal port on {@code strongroom.hsm};
 * {@link strongroom.seal.pkcs11.Pkcs11SealSettings} is its stanza. {@code node} calls it at
 * initialization, at unsealing and when keys are replaced; a thread of its own watches the HSM's
 * health.
 *
 * <p>It must never return a wrapped key that it has not unwrapped and compared, never make a key
 * but when told so, and never write to storage.
 */
package strongroom.seal.pkcs11;
