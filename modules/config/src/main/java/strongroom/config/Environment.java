package strongroom.config;

import java.util.Map;
import java.util.Optional;

/** The process's environment variables. An empty one counts as absent. */
final class Environment {
  private final Map<String, String> variables;

  Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  /** The value of a variable declared for {@code key}; {@code BAO_…} wins over {@code VAULT_…}. */
  Optional<Given> find(SettingKey key) {
    for (String name : key.variables()) {
      Optional<Given> given =
          find(key.name(), name.replaceFirst("^VAULT_", "BAO_")).or(() -> find(key.name(), name));
      if (given.isPresent()) {
        return given;
      }
    }
    return Optional.empty();
  }

  /** The value of {@code name}, read as {@code BAO_…} first. */
  Optional<Given> findVault(String name) {
    return find(name, name.replaceFirst("^VAULT_", "BAO_")).or(() -> find(name, name));
  }

  private Optional<Given> find(String key, String name) {
    return value(name).map(text -> Given.outside(key, "environment variable " + name, text));
  }

  /** The value of exactly {@code name}. */
  Optional<String> value(String name) {
    return Optional.ofNullable(variables.get(name)).filter(text -> !text.isEmpty());
  }

  /** Names no variable and no value. */
  @Override
  public String toString() {
    return "Environment[" + variables.size() + " variables]";
  }
}
