/**
 * The seal {@code static}: a key that lies beside the configuration, for where another keeper of
 * secrets hands it to the server. (Java has no package of the seal's own name.)
 *
 * <p>It must never show a key, and never fall back to another key than the one a blob names.
 */
package strongroom.seal.statickey;
