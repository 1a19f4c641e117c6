package strongroom.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a configuration says.
 *
 * @param storage where data lives
 * @param listeners where clients reach the server
 * @param seals what protects the root key; none means key shares
 * @param apiAddress {@code api_addr}, empty text for unset
 * @param clusterAddress {@code cluster_addr}, empty text for unset
 * @param clusterName {@code cluster_name}, empty text for one that is made up
 * @param logLevel {@code log_level}
 * @param logFormat {@code log_format}
 * @param defaultLeaseTtl what leases get without a wish
 * @param maxLeaseTtl what leases never exceed
 * @param pidFile where the process id is written
 * @param notices what the operator should know
 */
public record ServerSettings(
    StorageSettings storage,
    List<ListenerSettings> listeners,
    List<SealSettings> seals,
    String apiAddress,
    String clusterAddress,
    String clusterName,
    String logLevel,
    String logFormat,
    Duration defaultLeaseTtl,
    Duration maxLeaseTtl,
    Optional<Path> pidFile,
    List<Notice> notices) {}
