/**
 * Calls to key services by HTTP, each with a deadline and a bounded answer; and the tokens that
 * clouds give for credentials, kept until shortly before they expire.
 *
 * <p>Used by the seals whose service speaks HTTP, and by them only. It must never follow a redirect
 * by itself and never repeat what was sent in a fault.
 */
package strongroom.seal.http;
