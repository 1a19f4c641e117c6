package strongroom.config;

import java.util.List;

/**
 * All that the operator set, checked, with defaults where nothing was said.
 *
 * @param storage where data is kept
 * @param listeners where requests come in; one at least
 * @param seals what protects the root key, by priority; empty for key shares alone (Shamir)
 * @param libraries PKCS#11 libraries for managed keys
 * @param entropyFromSeal whether randomness of the HSM is mixed into every key and token
 * @param cluster how this node is known to others
 * @param leases lifetimes of tokens and leases
 * @param log what is logged, and where to
 * @param telemetry metrics
 * @param lockouts locking out after failed logins, by auth method
 * @param audit what is recorded, and where
 * @param process the rest
 */
public record ServerSettings(
    StorageSettings storage,
    List<ListenerSettings> listeners,
    List<SealSettings> seals,
    List<KmsLibrarySettings> libraries,
    boolean entropyFromSeal,
    ClusterSettings cluster,
    LeaseSettings leases,
    LogSettings log,
    TelemetrySettings telemetry,
    List<UserLockoutSettings> lockouts,
    AuditSettings audit,
    ProcessSettings process) {
  /** Keeps copies of the lists. */
  public ServerSettings {
    listeners = List.copyOf(listeners);
    seals = List.copyOf(seals);
    libraries = List.copyOf(libraries);
    lockouts = List.copyOf(lockouts);
  }
}
