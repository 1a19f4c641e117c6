package strongroom.seal.envelope;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import strongroom.seal.HealthCheck;
import strongroom.seal.SealFault;
import strongroom.secret.SecretBytes;

/**
 * A seal stanza whose values are resolved: the environment has been asked, {@code env://} and
 * {@code file://} are read.
 *
 * @param type the seal's type
 * @param name the seal's name
 * @param autoUnseal whether it unseals alone, without key shares
 * @param texts the parameters that are no secrets
 * @param secrets the others
 */
public record SealStanza(
    String type, String name, boolean autoUnseal, Map<String, String> texts, Secrets secrets) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m|h|d)");

  /** How long one call may take that has no parameter of its own for that. */
  public static final Duration CALL_MAX = Duration.ofSeconds(10);

  /** Keeps a copy. */
  public SealStanza {
    texts = Map.copyOf(texts);
  }

  /** Where the stanza's secrets are taken from, each time they are needed. */
  @FunctionalInterface
  public interface Secrets {
    /** A copy of the secret {@code name}, which the caller closes; empty where it is not set. */
    Optional<SecretBytes> take(String name);
  }

  /** The parameter {@code name}, where it is set. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(texts.get(name)).map(String::strip).filter(t -> !t.isEmpty());
  }

  /**
   * The parameter {@code name}.
   *
   * @throws SealFault.Configuration where it is not set
   */
  public String required(String name, String what) {
    return text(name).orElseThrow(() -> wrong(name, "is required: " + what));
  }

  /**
   * Whether the parameter {@code name} is true.
   *
   * @throws SealFault.Configuration where it is neither true nor false
   */
  public boolean flag(String name) {
    return switch (text(name).orElse("false").toLowerCase(Locale.ROOT)) {
      case "true", "1", "t" -> true;
      case "false", "0", "f" -> false;
      default -> throw wrong(name, "is neither true nor false");
    };
  }

  /**
   * How the seal is tried while the server runs, rarely where nothing else is set, since clouds
   * count calls; empty for never.
   *
   * @throws SealFault.Configuration where a parameter of it is wrong
   */
  public Optional<HealthCheck> health() {
    HealthCheck check =
        new HealthCheck(
            duration("health_check_interval", Duration.ofMinutes(10)),
            duration("health_check_interval_unhealthy", Duration.ofMinutes(1)),
            duration("health_check_timeout", Duration.ofMinutes(1)));
    boolean off = text("health_check_enabled").isPresent() && !flag("health_check_enabled");
    return off ? Optional.empty() : Optional.of(check);
  }

  /**
   * The duration {@code name}: seconds, or numbers with units, {@code 250ms}, {@code 1m30s}.
   *
   * @throws SealFault.Configuration where it is none, or no time at all
   */
  public Duration duration(String name, Duration otherwise) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    String whole = text.get().matches("\\d{1,6}") ? text.get() + "s" : text.get();
    Duration sum = Duration.ZERO;
    Matcher part = DURATION.matcher(whole);
    while (part.lookingAt()) {
      long number = Long.parseLong(part.group(1));
      sum =
          sum.plus(
              switch (part.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
              });
      part.region(part.end(), whole.length());
    }
    if (part.regionStart() != whole.length() || !sum.isPositive()) {
      throw wrong(name, "is no duration: write 10, 10s, 250ms or 1m30s");
    }
    return sum;
  }

  /** What to say of the parameter {@code name}; {@code why} repeats no secret. */
  public SealFault.Configuration wrong(String name, String why) {
    return new SealFault.Configuration("seal \"" + type + "\": " + name + ": " + why, null);
  }
}
