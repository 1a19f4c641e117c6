package strongroom.config;

import java.time.Duration;

/**
 * Lifetimes of tokens and leases, where mounts and roles set no others.
 *
 * @param defaultTtl where none is asked for
 * @param maxTtl the longest; never shorter than {@code defaultTtl}
 */
public record LeaseSettings(Duration defaultTtl, Duration maxTtl) {}
