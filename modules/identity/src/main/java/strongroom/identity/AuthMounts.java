package strongroom.identity;

import java.util.Optional;

/** The auth methods that are enabled now. A port: mounts and identities do not know each other. */
@FunctionalInterface
public interface AuthMounts {
  /**
   * An auth method that is enabled.
   *
   * @param path with a slash behind: {@code auth/userpass/}
   * @param type {@code userpass}
   * @param local whether it is told to be local to a cluster
   */
  record AuthMount(String path, String type, boolean local) {}

  /** The auth method with {@code accessor}. */
  Optional<AuthMount> byAccessor(String accessor);
}
