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
 * @param health how it is tried while the server runs; empty for never
 * @param texts the parameters that are no secrets
 * @param secrets the others
 */
public record SealStanza(
    String type,
    String name,
    boolean autoUnseal,
    Optional<HealthCheck> health,
    Map<String, String> texts,
    Secrets secrets) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m|)");

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
   * The duration {@code name}: seconds, or a number with a unit, {@code 250ms}, {@code 10s} or
   * {@code 1m}.
   *
   * @throws SealFault.Configuration where it is none, or no time at all
   */
  public Duration duration(String name, Duration otherwise) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    Matcher parts = DURATION.matcher(text.get());
    if (parts.matches()) {
      long number = Long.parseLong(parts.group(1));
      Duration duration =
          switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
          };
      if (duration.isPositive()) {
        return duration;
      }
    }
    throw wrong(name, "is no duration: write 10, 10s, 250ms or 1m");
  }

  /** What to say of the parameter {@code name}; {@code why} repeats no secret. */
  public SealFault.Configuration wrong(String name, String why) {
    return new SealFault.Configuration("seal \"" + type + "\": " + name + ": " + why, null);
  }
}
