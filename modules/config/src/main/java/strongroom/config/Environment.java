package strongroom.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The environment's variables, each by Vault's and by OpenBao's name; OpenBao's wins. */
final class Environment {
  private final Map<String, String> variables;

  Environment(Map<String, String> variables) {
    this.variables = variables;
  }

  /** The variable {@code BAO_name} or {@code VAULT_name}, where set and not empty. */
  Optional<String> find(String name) {
    for (String prefix : List.of("BAO_", "VAULT_")) {
      String value = variables.get(prefix + name);
      if (value != null && !value.isEmpty()) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }
}
