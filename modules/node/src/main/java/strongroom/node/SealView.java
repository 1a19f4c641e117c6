package strongroom.node;

import java.util.Optional;
import strongroom.seal.SealHealth;

/**
 * One seal of a node as operators see it.
 *
 * @param name its name in the configuration
 * @param type its type
 * @param disabled whether it is kept to unwrap only
 * @param wrapped whether it has a current copy of all keys; true for a disabled one, which needs
 *     none
 * @param health what is known of its health; empty for key shares, which have none
 */
public record SealView(
    String name, String type, boolean disabled, boolean wrapped, Optional<SealHealth> health) {}
