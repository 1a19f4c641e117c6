package strongroom.config;

import java.util.List;

/** The configuration cannot be used. Tells all that is wrong at once, and no value. */
public final class ConfigurationFault extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient List<String> problems;

  ConfigurationFault(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line each: place, what is wrong, what is allowed, what to do. */
  public List<String> problems() {
    return problems;
  }
}
