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
 * @param disableSealWrap whether nothing but the keyring is sealed twice when it is written
 */
public record ProcessSettings(
    Optional<Path> pidFile,
    boolean hostnameHeader,
    boolean raftNodeIdHeader,
    boolean ui,
    boolean disableSealWrap) {}
