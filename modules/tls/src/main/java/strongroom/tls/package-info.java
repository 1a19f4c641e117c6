/**
 * Keys and certificates in PEM, and what a TLS client trusts and is.
 *
 * <p>Used by the listeners and by the seals that speak TLS to a key service. It must never show
 * what a file holds in a fault.
 */
package strongroom.tls;
