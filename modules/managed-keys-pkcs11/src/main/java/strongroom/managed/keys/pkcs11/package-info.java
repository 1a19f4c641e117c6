/**
 * Managed keys in an HSM, through {@code strongroom.hsm}: its sessions, its deadline, its way back
 * after the HSM was away.
 *
 * <p>{@link strongroom.managed.keys.pkcs11.Pkcs11KeySource} implements the port of {@code
 * strongroom.managed.keys}; {@code server} makes it of the {@code kms_library} stanzas.
 *
 * <p>It must never use a key of the seal, never make a key but when its definition allows it, and
 * never one that can leave the HSM.
 */
package strongroom.managed.keys.pkcs11;
