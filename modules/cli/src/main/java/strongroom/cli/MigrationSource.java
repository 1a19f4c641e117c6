package strongroom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where {@code operator migrate} reads from, by flags and VAULT_SOURCE_ variables. */
final class MigrationSource {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  static final List<Flag> FLAGS =
      List.of(
          Flag.text(
              "source-address", "Where the source listens, as -address has it. VAULT_SOURCE_ADDR."),
          Flag.text(
              "source-token-file",
              "A file with the source's token, - for standard input. Otherwise VAULT_SOURCE_TOKEN, or"
                  + " it is asked for. There is no flag for the token itself: others would see it"
                  + " among the processes."),
          Flag.text(
              "source-ca-cert",
              "A PEM file with the CA that signed the source's certificate. VAULT_SOURCE_CACERT."),
          Flag.text("source-client-cert", "A PEM file with the certificate to show the source."),
          Flag.text("source-client-key", "A PEM file with that certificate's private key."),
          Flag.text("source-tls-server-name", "The name to expect in the source's certificate."),
          Flag.onOff("source-tls-skip-verify", "Trust any certificate. For trials only."),
          Flag.text("source-namespace", "The source's namespace. VAULT_SOURCE_NAMESPACE."));

  private final Invocation call;

  MigrationSource(Invocation call) {
    this.call = call;
  }

  /** The settings of the client that asks the source. */
  ClientSettings settings() {
    String address =
        call.flags()
            .find("source-address")
            .or(() -> call.environment().find("SOURCE_ADDR"))
            .orElseThrow(
                () ->
                    Failure.usage(
                        "Where from? Name the source with -source-address or VAULT_SOURCE_ADDR."));
    Map<String, String> headers =
        call.flags()
            .find("source-namespace")
            .or(() -> call.environment().find("SOURCE_NAMESPACE"))
            .map(Paths::sanitize)
            .filter(namespace -> !namespace.isEmpty() && !namespace.equals("root"))
            .map(namespace -> Map.of("X-Vault-Namespace", namespace + "/"))
            .orElse(Map.of());
    return new ClientSettings(
        Address.parse(address),
        true,
        Optional.of(token()),
        headers,
        Optional.empty(),
        tls(),
        TIMEOUT,
        0,
        Duration.ofSeconds(1),
        false,
        (client, request) -> {},
        "strongroom-migrate/" + call.program().version().product(),
        call.environment());
  }

  private TlsSettings tls() {
    Flags flags = call.flags();
    return new TlsSettings(
        flags.find("source-ca-cert").or(() -> call.environment().find("SOURCE_CACERT")),
        Optional.empty(),
        Optional.empty(),
        flags.find("source-client-cert"),
        flags.find("source-client-key"),
        flags.find("source-tls-server-name"),
        flags.on("source-tls-skip-verify"));
  }

  private String token() {
    Optional<String> file = call.flags().find("source-token-file");
    String token =
        file.isPresent()
            ? file.get().equals("-") ? call.readInput() : read(Path.of(file.get()))
            : call.environment()
                .find("SOURCE_TOKEN")
                .orElseGet(
                    () ->
                        call.askSecret(
                            "Token for the source (will be hidden): ",
                            "give it with -source-token-file or VAULT_SOURCE_TOKEN"));
    if (token.isBlank()) {
      throw Failure.usage("The token for the source is empty.");
    }
    return token.strip();
  }

  private String read(Path file) {
    try {
      Set<PosixFilePermission> open = Files.getPosixFilePermissions(file);
      if (open.contains(PosixFilePermission.OTHERS_READ)) {
        call.out().warn(file + " can be read by everybody: chmod 600 it");
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw Failure.usage("cannot read the source's token from " + file);
    }
  }
}
