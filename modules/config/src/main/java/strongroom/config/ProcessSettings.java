package strongroom.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The rest.
 *
 * @param pidFile gets the process's number
 * @param hostnameHeader whether answers carry {@code X-Vault-Hostname}
 * @param raftNodeIdHeader whether answers carry {@code X-Vault-Raft-Node-ID}
 * @param ui whether the web interface was asked for
 */
public record ProcessSettings(
    Optional<Path> pidFile, boolean hostnameHeader, boolean raftNodeIdHeader, boolean ui) {}
