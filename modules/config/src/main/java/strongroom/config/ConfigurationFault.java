package strongroom.config;

import java.util.List;

/** A configuration cannot be used: everything that is wrong with it, one line each. */
public final class ConfigurationFault extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient List<String> problems;

  ConfigurationFault(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** A fault with one problem. */
  public static ConfigurationFault of(String problem) {
    return new ConfigurationFault(List.of(problem));
  }

  /** Each with its place, what was given, what is allowed. */
  public List<String> problems() {
    return problems;
  }
}
