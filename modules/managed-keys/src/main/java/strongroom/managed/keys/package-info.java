/**
 * Managed keys: keys that live outside of the server, in an HSM, and sign, verify, encrypt and
 * decrypt there.
 *
 * <p>{@link strongroom.managed.keys.ManagedKey} is the port that engines use; {@link
 * strongroom.managed.keys.ManagedKeys} finds one by its name. An operator defines them below {@code
 * sys/managed-keys}.
 *
 * <p>It must never give a PIN back to a client, and never hold private key material.
 */
package strongroom.managed.keys;
