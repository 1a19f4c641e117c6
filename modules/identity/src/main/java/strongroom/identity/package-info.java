/**
 * Who stands behind tokens: entities, what auth methods call them, and groups of them.
 *
 * <p>In the flow: a login asks {@link strongroom.identity.IdentityStore#login} whose token it is
 * about to make; at each request of such a token the policies of the entity and its groups come
 * from {@link strongroom.identity.IdentityStore#find}, which reads memory; {@link
 * strongroom.identity.IdentityEngine} answers {@code identity/}. Nobody becomes root here, and what
 * was deleted or disabled here gives nothing from the next request on.
 */
package strongroom.identity;
