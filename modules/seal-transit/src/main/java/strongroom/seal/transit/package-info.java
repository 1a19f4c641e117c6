/**
 * The seal {@code transit}: a key in the transit engine of another server that speaks Vault's API.
 *
 * <p>Two calls, encrypt and decrypt, and the renewal of the token. It must never send the token
 * elsewhere than to the configured server or where that server's own redirect leads.
 */
package strongroom.seal.transit;
