/**
 * Tokens: who a client is and what that allows, and answers kept behind single-use tokens.
 *
 * <p>In the flow: {@code request} looks up the caller's token in {@link
 * strongroom.token.TokenStore} before anything else, and wraps answers through {@link
 * strongroom.token.WrappingStore}; {@link strongroom.token.TokenEngine} answers {@code auth/token}.
 * A token itself is never stored, only a keyed hash of it, and never logged.
 */
package strongroom.token;
