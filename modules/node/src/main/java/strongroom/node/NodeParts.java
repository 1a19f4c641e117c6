package strongroom.node;

import java.security.SecureRandom;
import java.time.Clock;
import strongroom.storage.Storage;

/**
 * What a node is made of.
 *
 * @param storage where ciphertext and the seal record go
 * @param protection what it takes to get at the root key
 * @param services what runs on the open barrier
 * @param leadership which node leads
 * @param clusterName the configured name, or empty text for one that is made up
 * @param clock the time
 * @param random randomness
 */
public record NodeParts(
    Storage storage,
    Protection protection,
    ServiceFactory services,
    Leadership leadership,
    String clusterName,
    Clock clock,
    SecureRandom random) {}
