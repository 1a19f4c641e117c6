package strongroom.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The flags of {@code strongroom server}.
 *
 * @param files configuration files and folders, in order
 * @param check only say whether all is good
 * @param dev in memory, initialized and unsealed, for trying out
 * @param devHsm as {@code dev}, but sealed by a throw-away SoftHSM token
 * @param devTls as {@code dev}, with a certificate made for it
 * @param devRootToken the root token of {@code dev}; made up where empty
 * @param recovery serve nothing but the mending of storage, for who has a recovery token
 * @param devListenAddress where {@code dev} listens
 * @param devStoreToken whether {@code dev} keeps its root token where the command line looks for
 *     one
 * @param devKv whether {@code dev} mounts a KV store at {@code secret/}
 * @param flags what wins over files and environment, by its key at the top level
 */
record ServerOptions(
    List<Path> files,
    boolean check,
    boolean dev,
    boolean devHsm,
    boolean devTls,
    boolean recovery,
    Optional<String> devRootToken,
    String devListenAddress,
    boolean devStoreToken,
    boolean devKv,
    Map<String, String> flags) {

  /** Flags that stand for a key at the top level of a file. */
  private static final Set<String> KEYS =
      Set.of(
          "-log-level",
          "-log-format",
          "-log-file",
          "-log-rotate-bytes",
          "-log-rotate-duration",
          "-log-rotate-max-files");

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
        -log-file=PATH             a file, or a folder, to log to beside standard output; with
                                   -log-rotate-bytes, -log-rotate-duration, -log-rotate-max-files

        -recovery                  unseal, but serve only sys/raw, to who has a recovery token made by
                                   `operator generate-root -recovery-token`: to mend what keeps a
                                   server from starting

        -dev                       in memory, initialized and unsealed, never for production
        -dev-root-token-id=TOKEN   the root token of -dev
        -dev-listen-address=ADDR   where -dev listens (127.0.0.1:8200)
        -dev-no-store-token        do not keep the root token of -dev in ~/.vault-token
        -dev-no-kv                 mount no KV store at secret/
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
      case String key when KEYS.contains(key) -> true;
      case "-config",
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
    private boolean recovery;
    private boolean devNoStoreToken;
    private boolean devNoKv;
    private Optional<String> devRootToken = Optional.empty();
    private Optional<String> devListenAddress = Optional.empty();
    private final Map<String, String> keys = new HashMap<>();

    void set(String name, Optional<String> value) throws Unknown {
      switch (name) {
        case "-check" -> check = isTrue(name, value);
        case "-dev" -> dev = isTrue(name, value);
        case "-dev-hsm" -> devHsm = isTrue(name, value);
        case "-dev-tls" -> devTls = isTrue(name, value);
        case "-recovery" -> recovery = isTrue(name, value);
        case "-dev-root-token-id" -> devRootToken = value;
        case "-dev-listen-address" -> devListenAddress = value;
        case String key when KEYS.contains(key) ->
            keys.put(key.substring(1).replace('-', '_'), value.orElseThrow());
        case "-dev-no-store-token" -> devNoStoreToken = isTrue(name, value);
        case "-dev-no-kv" -> devNoKv = isTrue(name, value);
        // Known to people's start scripts, and without meaning here.
        case "-dev-plugin-dir" -> {}
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
          recovery,
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
          !devNoStoreToken,
          !devNoKv,
          Map.copyOf(keys));
    }
  }
}
