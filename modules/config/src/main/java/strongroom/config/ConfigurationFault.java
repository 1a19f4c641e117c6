package strongroom.config;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The configuration cannot be used. Tells all that is wrong at once, and no value; then what is
 * worth a warning, since a misspelt key is often why another is missing.
 */
public final class ConfigurationFault extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final transient List<String> problems;

  ConfigurationFault(List<String> problems, List<String> warnings) {
    super(Stream.concat(problems.stream(), warnings.stream()).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** One line each: place, what is wrong, what is allowed, what to do. */
  public List<String> problems() {
    return problems;
  }
}
