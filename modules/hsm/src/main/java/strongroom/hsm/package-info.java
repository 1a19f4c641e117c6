/**
 * PKCS#11 2.40 and 3.x through Java's foreign-function API: library, slot, HSM token, sessions,
 * mechanisms, keys, faults.
 *
 * <p>{@link strongroom.hsm.HsmLibrary} is a vendor's shared object, {@link
 * strongroom.hsm.SlotChoice} says which HSM token is meant, {@link strongroom.hsm.HsmToken} is that
 * token logged in, and {@link strongroom.hsm.HsmFault} what can go wrong, with what helps. Below
 * everything that uses an HSM; knows nothing of seals or servers.
 *
 * <p>It must never call a library without a deadline, never try a refused PIN again, never log out
 * while others use the token, and never put a PIN or key material into a message.
 */
package strongroom.hsm;
