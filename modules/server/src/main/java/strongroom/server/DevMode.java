package strongroom.server;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import strongroom.cli.Failure;
import strongroom.cli.TokenFile;
import strongroom.config.Configuration;
import strongroom.hsm.SoftHsmToken;
import strongroom.mount.MountEntry;
import strongroom.node.InitRequest;
import strongroom.node.InitResult;
import strongroom.node.NodeState;
import strongroom.secret.SecretBytes;

/**
 * {@code -dev}: in memory, initialized and unsealed at once, the root token printed. With {@code
 * -dev-hsm} the seal is the real one, on a SoftHSM token that goes with the process.
 */
final class DevMode implements AutoCloseable {
  private static final Duration UNSEAL_MAX = Duration.ofSeconds(30);
  private static final String KEY_LABEL = "strongroom-dev-key";

  private final ServerOptions options;
  private final @Nullable Path folder;
  private final String sealStanza;
  private final Optional<DevCertificate> certificate;

  private DevMode(
      ServerOptions options,
      @Nullable Path folder,
      String sealStanza,
      Optional<DevCertificate> certificate) {
    this.options = options;
    this.folder = folder;
    this.sealStanza = sealStanza;
    this.certificate = certificate;
  }

  static DevMode of(ServerOptions options) {
    if (!options.devHsm() && !options.devTls()) {
      return new DevMode(options, null, "", Optional.empty());
    }
    try {
      Path folder = Files.createTempDirectory("strongroom-dev");
      return new DevMode(
          options,
          folder,
          options.devHsm() ? softHsm(folder) : "",
          options.devTls() ? Optional.of(DevCertificate.make(folder)) : Optional.empty());
    } catch (IOException e) {
      throw new ServerFault("a folder for -dev cannot be made: " + e);
    }
  }

  private static String softHsm(Path folder) {
    SoftHsmToken token = SoftHsmToken.provision(folder, "strongroom-dev", "73501846");
    token.select();
    return """
        seal "pkcs11" {
          lib          = "%s"
          token_label  = "%s"
          pin          = "%s"
          key_label    = "%s"
          generate_key = "true"
        }
        """
        .formatted(token.library(), token.label(), token.pin(), KEY_LABEL);
  }

  Configuration configuration(Map<String, String> environment) {
    String tls =
        certificate
            .map(
                made ->
                    "tls_cert_file = \"%s\"\n  tls_key_file = \"%s\""
                        .formatted(made.certificate(), made.key()))
            .orElse("tls_disable = true");
    return Configuration.parse(
        "-dev",
        """
        storage "inmem" {}
        listener "tcp" {
          address = "%s"
          %s
        }
        api_addr = "%s://%s"
        %s
        """
            .formatted(
                options.devListenAddress(),
                tls,
                certificate.isPresent() ? "https" : "http",
                options.devListenAddress(),
                sealStanza),
        environment,
        options.flags());
  }

  /** Initializes and unseals {@code server} and says how to use it. */
  void initialize(RunningServer server, PrintStream out, Map<String, String> environment) {
    await(server, NodeState.Uninitialized.class);
    boolean shares = sealStanza.isEmpty();
    Optional<Integer> one = Optional.of(1);
    InitResult result =
        server
            .node()
            .init(
                new InitRequest(
                    shares ? one : Optional.empty(),
                    shares ? one : Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    shares ? Optional.empty() : one,
                    shares ? Optional.empty() : one,
                    List.of(),
                    ""));
    if (shares) {
      server.node().unseal(SecretBytes.takeFrom(result.keys().getFirst().content().clone()));
    }
    await(server, NodeState.Active.class);
    options.devRootToken().ifPresent(server::createRoot);
    if (options.devKv()) {
      mountKv(server);
    }
    String token = options.devRootToken().orElse(result.rootToken());
    out.println("WARNING! dev mode is enabled: all data is in memory and gone with the process,");
    out.println("and the root token is printed. Never use it in production.");
    out.println();
    out.println("    export VAULT_ADDR='" + server.addresses().getFirst() + "'");
    certificate.ifPresent(
        made -> out.println("    export VAULT_CACERT='" + made.certificate() + "'"));
    out.println();
    if (shares) {
      out.println("Unseal Key: " + result.keys().getFirst().base64());
    } else {
      out.println("Recovery Key: " + result.recoveryKeys().getFirst().base64());
    }
    out.println("Root Token: " + token);
    if (options.devStoreToken()) {
      keep(token, out, environment);
    }
    out.println();
    out.flush();
  }

  private static void mountKv(RunningServer server) {
    server
        .services()
        .mounts()
        .enable(
            MountEntry.fresh(
                "secret/",
                "kv",
                "key/value secret storage",
                Map.of("version", "2"),
                new SecureRandom()));
  }

  /** As after a login, so that the command line works at once. */
  private static void keep(String token, PrintStream out, Map<String, String> environment) {
    try {
      TokenFile.keep(token, environment);
      out.println("The root token is kept for the command line, as by a login.");
    } catch (Failure e) {
      out.println("The root token is not kept for the command line: " + e.getMessage());
    }
  }

  private static void await(RunningServer server, Class<? extends NodeState> wanted) {
    long end = System.nanoTime() + UNSEAL_MAX.toNanos();
    while (!wanted.isInstance(server.node().state())) {
      if (System.nanoTime() > end) {
        throw new ServerFault("-dev: the server did not get ready: " + server.node().state());
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServerFault("-dev: interrupted");
      }
    }
  }

  /** Removes the throw-away token and certificate. */
  @Override
  public void close() {
    if (folder == null) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new ServerFault("the folder of -dev is left behind: " + folder + ": " + e);
    }
  }
}
