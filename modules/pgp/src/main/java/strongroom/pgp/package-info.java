/**
 * Encrypts key shares for the holders of OpenPGP keys (RFC 4880, RFC 9580).
 *
 * <p>In the flow: {@code node} hands a share or a root token here before a client is told of it.
 * This package must never sign, decrypt, fetch a key from anywhere, or keep what it encrypted.
 */
package strongroom.pgp;
