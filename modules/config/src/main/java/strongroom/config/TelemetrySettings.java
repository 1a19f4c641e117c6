package strongroom.config;

import java.time.Duration;

/**
 * Metrics.
 *
 * @param prometheusRetention how long metrics are kept for Prometheus; zero for not at all
 * @param metricsPrefix the first part of names
 * @param disableHostname whether names go without the host
 * @param enableHostnameLabel whether the host is a label
 */
public record TelemetrySettings(
    Duration prometheusRetention,
    String metricsPrefix,
    boolean disableHostname,
    boolean enableHostnameLabel) {}
