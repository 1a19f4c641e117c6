/**
 * Vault's HTTP dialect on TCP and Unix sockets.
 *
 * <p>In the flow: turns bytes from a socket into a {@link strongroom.logical.Request}, hands it to
 * the one {@link strongroom.logical.RequestHandler}, and turns the reply into bytes. Reads bodies
 * without holding a thread, within limits. It must never interpret what it carries, and never block
 * a thread of the server's own.
 */
package strongroom.http;
