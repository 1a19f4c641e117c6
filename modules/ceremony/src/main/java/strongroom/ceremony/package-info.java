/**
 * The record of ceremonies: what was done to the keys that protect everything else, in an order
 * that cannot be changed unnoticed.
 *
 * <p>Entries are text that people and auditors can read. Each is signed, and names the hash of the
 * one before it; the end of the chain is signed too. {@code node} writes them, {@code cli} and
 * {@code system-node} show and check them. This package keeps nothing and asks no HSM, and no entry
 * may hold a secret.
 */
package strongroom.ceremony;
