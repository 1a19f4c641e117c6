package strongroom.mount;

import java.util.Map;
import java.util.Optional;

/**
 * The engines that can be mounted, by type.
 *
 * @param secrets what can stand anywhere but below {@code auth/}
 * @param auths what can stand below {@code auth/} only: auth methods
 */
public record EngineTypes(Map<String, EngineFactory> secrets, Map<String, EngineFactory> auths) {
  /** Keeps copies. */
  public EngineTypes {
    secrets = Map.copyOf(secrets);
    auths = Map.copyOf(auths);
  }

  /** What makes the engine of {@code entry}; empty where its type cannot stand at its path. */
  Optional<EngineFactory> factory(MountEntry entry) {
    return Optional.ofNullable((entry.isAuth() ? auths : secrets).get(entry.type()));
  }
}
