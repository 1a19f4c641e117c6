package strongroom.identity;

import java.util.List;

/**
 * Who has logged in.
 *
 * @param entityId for the token
 * @param policies what the entity and its groups give the token now, besides its own, in order
 */
public record Identified(String entityId, List<String> policies) {}
