package strongroom.seal;

import java.time.Duration;

/**
 * How a seal is tried while the server runs.
 *
 * @param interval how often while it is healthy
 * @param intervalUnhealthyMax how often at least while it is not
 * @param timeout how long one try may take before the seal counts as unhealthy
 */
public record HealthCheck(Duration interval, Duration intervalUnhealthyMax, Duration timeout) {}
