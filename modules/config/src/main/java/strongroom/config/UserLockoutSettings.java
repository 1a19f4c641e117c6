package strongroom.config;

import java.time.Duration;

/**
 * Locking out after failed logins.
 *
 * @param method the auth method, or {@code all}
 * @param threshold how many failures lock out
 * @param duration for how long
 * @param counterReset when failures are forgotten
 * @param disabled whether nobody is locked out
 */
public record UserLockoutSettings(
    String method, long threshold, Duration duration, Duration counterReset, boolean disabled) {}
