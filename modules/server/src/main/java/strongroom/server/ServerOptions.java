package strongroom.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The flags of {@code strongroom server}.
 *
 * @param files configuration files and folders, in order
 * @param check only say whether all is good
 * @param dev in memory, initialized and unsealed, for trying out
 * @param devHsm as {@code dev}, but sealed by a throw-away SoftHSM token
 * @param devTls as {@code dev}, with a certificate made for it
 * @param devRootToken the root token of {@code dev}; made up where empty
 * @param devListenAddress where {@code dev} listens
 * @param logLevel wins over the file, where given
 * @param logFormat wins over the file, where given
 */
record ServerOptions(
    List<Path> files,
    boolean check,
    boolean dev,
    boolean devHsm,
    boolean devTls,
    Optional<String> devRootToken,
    String devListenAddress,
    Optional<String> logLevel,
    Optional<String> logFormat) {

  /** What wins over files and environment. */
  Map<String, String> flags() {
    Map<String, String> flags = new HashMap<>();
    logLevel.ifPresent(level -> flags.put("log_level", level));
    logFormat.ifPresent(format -> flags.put("log_format", format));
    return flags;
  }

  /** The flags cannot be understood; the message says which and what is allowed. */
  static final class Unknown extends Exception {
    private static final long serialVersionUID = 1;

    Unknown(String message) {
      super(message);
    }
  }

  static final String USAGE =
      """
      Usage: strongroom server [flags]

        Starts a server, and returns when it is told to end.

        -config=PATH               a configuration file (.hcl or .json) or a folder of them; may be repeated
        -check                     say whether the file, the certificates, the storage and the HSM are good;
                                   changes nothing; exit code 0 or 1
        -log-level=LEVEL           trace, debug, info, warn or error
        -log-format=FORMAT         standard or json

        -dev                       in memory, initialized and unsealed, never for production
        -dev-root-token-id=TOKEN   the root token of -dev
        -dev-listen-address=ADDR   where -dev listens (127.0.0.1:8200)
        -dev-tls                   -dev with a certificate of its own
        -dev-hsm                   -dev with the pkcs11 seal on a throw-away SoftHSM token

        SIGTERM ends the server cleanly; SIGHUP reads certificates, the seal
        stanza with its PIN, and the log level again.
      """;

  static ServerOptions parse(List<String> arguments, Map<String, String> environment)
      throws Unknown {
    List<Path> files = new ArrayList<>();
    Flags flags = new Flags();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("-")) {
        throw new Unknown(
            "\"" + argument + "\" is not a flag; a file is given as -config=" + argument);
      }
      String flag = argument.startsWith("--") ? argument.substring(1) : argument;
      int equals = flag.indexOf('=');
      String name = equals < 0 ? flag : flag.substring(0, equals);
      Optional<String> value =
          equals < 0 ? Optional.empty() : Optional.of(flag.substring(equals + 1));
      if (value.isEmpty() && takesValue(name)) {
        if (++i == arguments.size()) {
          throw new Unknown(name + " needs a value: " + name + "=…");
        }
        value = Optional.of(arguments.get(i));
      }
      if (name.equals("-config")) {
        files.add(Path.of(value.orElseThrow()));
      } else {
        flags.set(name, value);
      }
    }
    return flags.options(files, environment);
  }

  private static boolean takesValue(String name) {
    return switch (name) {
      case "-config",
          "-log-level",
          "-log-format",
          "-log-file",
          "-dev-root-token-id",
          "-dev-listen-address",
          "-dev-cluster-json",
          "-dev-plugin-dir" ->
          true;
      default -> false;
    };
  }

  private static String firstOf(Map<String, String> environment, String fallback, String... names) {
    for (String name : names) {
      String value = environment.get(name);
      if (value != null && !value.isEmpty()) {
        return value;
      }
    }
    return fallback;
  }

  /** Flags as they are met. */
  private static final class Flags {
    private boolean check;
    private boolean dev;
    private boolean devHsm;
    private boolean devTls;
    private Optional<String> devRootToken = Optional.empty();
    private Optional<String> devListenAddress = Optional.empty();
    private Optional<String> logLevel = Optional.empty();
    private Optional<String> logFormat = Optional.empty();

    void set(String name, Optional<String> value) throws Unknown {
      switch (name) {
        case "-check" -> check = isTrue(name, value);
        case "-dev" -> dev = isTrue(name, value);
        case "-dev-hsm" -> devHsm = isTrue(name, value);
        case "-dev-tls" -> devTls = isTrue(name, value);
        case "-dev-root-token-id" -> devRootToken = value;
        case "-dev-listen-address" -> devListenAddress = value;
        case "-log-level" -> logLevel = value;
        case "-log-format" -> logFormat = value;
        // Known to people's start scripts, and without meaning here.
        case "-dev-no-store-token", "-dev-plugin-dir", "-log-file", "-dev-no-kv", "-recovery" -> {}
        default ->
            throw new Unknown(
                "server knows no flag " + name + "; `strongroom server -help` lists them");
      }
    }

    private static boolean isTrue(String name, Optional<String> value) throws Unknown {
      return switch (value.orElse("true")) {
        case "true", "1" -> true;
        case "false", "0" -> false;
        default -> throw new Unknown(name + " is true or false");
      };
    }

    ServerOptions options(List<Path> files, Map<String, String> environment) {
      return new ServerOptions(
          List.copyOf(files),
          check,
          dev || devHsm || devTls,
          devHsm,
          devTls,
          devRootToken.or(
              () ->
                  Optional.of(
                          firstOf(
                              environment, "", "BAO_DEV_ROOT_TOKEN_ID", "VAULT_DEV_ROOT_TOKEN_ID"))
                      .filter(token -> !token.isEmpty())),
          devListenAddress.orElseGet(
              () ->
                  firstOf(
                      environment,
                      "127.0.0.1:8200",
                      "BAO_DEV_LISTEN_ADDRESS",
                      "VAULT_DEV_LISTEN_ADDRESS")),
          logLevel,
          logFormat);
    }
  }
}
