package strongroom.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.TimeText;

/**
 * How to reach the server and what to say with every request: flags first, then the environment.
 *
 * @param address where the server listens
 * @param addressGiven whether somebody said so
 * @param token the token to send
 * @param headers headers of every request
 * @param wrapTtl how long answers are to be kept wrapped
 * @param tls whom to trust and who to be
 * @param timeout the longest that connecting or a read may take
 * @param retriesMax how often a request is repeated after a 412 or 5xx
 * @param retryWait how long to wait before the first repetition
 * @param redirectsOff whether redirects are answers
 * @param preview what {@code -output-curl-string} and {@code -output-policy} show instead
 * @param userAgent the client's name and version
 * @param environment the environment, for proxies
 */
record ClientSettings(
    Address address,
    boolean addressGiven,
    Optional<String> token,
    Map<String, String> headers,
    Optional<String> wrapTtl,
    TlsSettings tls,
    Duration timeout,
    int retriesMax,
    Duration retryWait,
    boolean redirectsOff,
    Preview preview,
    String userAgent,
    Environment environment) {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration RETRY_WAIT = Duration.ofSeconds(1);
  private static final int RETRIES_MAX = 100;

  /** What {@code flags} say, else {@code environment}, else Vault's defaults. */
  static ClientSettings of(Flags flags, Environment environment, Preview preview, String version) {
    Optional<String> given =
        flags
            .find("agent-address")
            .or(() -> flags.find("address"))
            .or(() -> environment.find("AGENT_ADDR"))
            .or(() -> environment.find("ADDR"));
    Optional<String> token = environment.find("TOKEN").or(() -> new TokenFile(environment).read());
    Optional<String> wrap = flags.find("wrap-ttl").or(() -> environment.find("WRAP_TTL"));
    return new ClientSettings(
        Address.parse(given.orElse(Address.DEFAULT)),
        given.isPresent(),
        token,
        headers(flags, environment),
        wrap.map(text -> TimeText.formatDuration(duration("VAULT_WRAP_TTL", text))),
        TlsSettings.of(flags, environment),
        environment
            .find("CLIENT_TIMEOUT")
            .map(text -> duration("VAULT_CLIENT_TIMEOUT", text))
            .filter(d -> d.isPositive())
            .orElse(TIMEOUT),
        retries(environment),
        RETRY_WAIT,
        flags.on("disable-redirects") || environment.on("DISABLE_REDIRECTS"),
        preview,
        "strongroom-cli/" + version,
        environment);
  }

  private static Duration duration(String name, String text) {
    return TimeText.parseDuration(text)
        .orElseThrow(
            () -> Failure.usage(name + " is " + text + ", must be a duration such as 30s or 5m"));
  }

  /** As Vault's command line: none, unless VAULT_MAX_RETRIES asks for some. */
  private static int retries(Environment environment) {
    Optional<String> given = environment.find("MAX_RETRIES");
    try {
      int number = given.map(Integer::parseInt).orElse(0);
      return Math.clamp(number, 0, RETRIES_MAX);
    } catch (NumberFormatException e) {
      throw Failure.usage("VAULT_MAX_RETRIES must be a whole number");
    }
  }

  private static Map<String, String> headers(Flags flags, Environment environment) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : flags.map("header").entrySet()) {
      if (header.getKey().toLowerCase(Locale.ROOT).startsWith("x-vault-")) {
        throw Failure.usage(
            "-header cannot set " + header.getKey() + ": X-Vault- headers have flags of their own");
      }
      headers.put(header.getKey(), header.getValue());
    }
    flags
        .find("ns")
        .or(() -> flags.find("namespace"))
        .or(() -> environment.find("NAMESPACE"))
        .map(Paths::sanitize)
        .filter(namespace -> !namespace.isEmpty() && !namespace.equals("root"))
        .ifPresent(namespace -> headers.put("X-Vault-Namespace", namespace + "/"));
    if (flags.on("policy-override")) {
      headers.put("X-Vault-Policy-Override", "true");
    }
    String mfa = String.join(",", flags.list("mfa"));
    (mfa.isEmpty() ? environment.find("MFA") : Optional.of(mfa))
        .ifPresent(value -> headers.put("X-Vault-MFA", value));
    return headers;
  }

  /** Names the address only. */
  @Override
  public String toString() {
    return "ClientSettings[" + address + "]";
  }
}
