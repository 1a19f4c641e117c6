/**
 * The seal {@code kmip}: a key in a server that speaks KMIP 1.4, reached by Encrypt and Decrypt
 * over mutual TLS.
 *
 * <p>A connection lives for one call. It must never speak to a server whose certificate is not for
 * the configured name.
 */
package strongroom.seal.kmip;
