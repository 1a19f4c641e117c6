package strongroom.cli;

import java.util.Map;
import java.util.Optional;

/**
 * The environment's variables. Those of Vault are known under both prefixes: {@code VAULT_ADDR} and
 * {@code BAO_ADDR}. Where both are set, the program's own name decides; empty is not set.
 */
public final class Environment {
  private final Map<String, String> variables;
  private final boolean baoFirst;

  Environment(Map<String, String> variables, boolean baoFirst) {
    this.variables = variables;
    this.baoFirst = baoFirst;
  }

  /** {@code VAULT_name} or {@code BAO_name}. */
  public Optional<String> find(String name) {
    Optional<String> vault = exactly("VAULT_" + name);
    Optional<String> bao = exactly("BAO_" + name);
    return baoFirst ? bao.or(() -> vault) : vault.or(() -> bao);
  }

  /** The variable called exactly {@code name}. */
  public Optional<String> exactly(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
  }

  /** All variables. */
  Map<String, String> all() {
    return variables;
  }

  /** Whether {@code VAULT_name} or {@code BAO_name} says yes. */
  boolean on(String name) {
    return find(name).flatMap(Flags::parseSwitch).orElse(false);
  }

  /** The user's home folder. */
  String home() {
    return exactly("HOME").orElseGet(() -> System.getProperty("user.home", "."));
  }
}
