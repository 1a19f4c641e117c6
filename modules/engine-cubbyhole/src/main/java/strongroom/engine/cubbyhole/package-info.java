/**
 * The cubbyhole: secrets that belong to one token and go with it.
 *
 * <p>In the flow: {@code request} calls its handlers; keys lie in a folder named by the token's id,
 * which {@code token} empties when the token is revoked. It must never read another token's folder.
 */
package strongroom.engine.cubbyhole;
