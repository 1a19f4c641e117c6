package strongroom.identity;

import java.util.List;
import java.util.Map;

/**
 * Somebody who logs in, as an auth method tells it.
 *
 * @param mountAccessor of the auth method
 * @param aliasName what it calls them: stable, its own among all that it knows
 * @param metadata what it tells of them, for people and templates
 * @param groupNames what it calls the groups that they belong to
 */
public record Login(
    String mountAccessor, String aliasName, Map<String, String> metadata, List<String> groupNames) {

  /** Keeps copies. */
  public Login {
    metadata = Map.copyOf(metadata);
    groupNames = List.copyOf(groupNames);
  }

  /** Somebody of whom nothing but the name is told. */
  public static Login by(String mountAccessor, String aliasName) {
    return new Login(mountAccessor, aliasName, Map.of(), List.of());
  }

  /** Names nobody. */
  @Override
  public String toString() {
    return "Login[" + mountAccessor + "]";
  }
}
