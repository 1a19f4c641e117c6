package strongroom.token;

import java.util.Optional;

/**
 * Who asks for a token.
 *
 * @param caller the token that asks
 * @param trusted whether it has {@code sudo} on the path it asks at, as root has everywhere
 * @param role the role that the token is to be made by
 */
record TokenMaker(TokenEntry caller, boolean trusted, Optional<TokenRole> role) {}
