/** Wraps the root key with a key that never leaves an HSM. */
package strongroom.seal.pkcs11;
