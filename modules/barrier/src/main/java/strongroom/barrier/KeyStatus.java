package strongroom.barrier;

import java.time.Instant;

/**
 * The data key that encrypts now.
 *
 * @param term its number, from 1
 * @param installedAt since when it encrypts
 * @param encryptions how many values it has encrypted, never less than that: after a crash what was
 *     set aside counts as used
 */
public record KeyStatus(int term, Instant installedAt, long encryptions) {}
