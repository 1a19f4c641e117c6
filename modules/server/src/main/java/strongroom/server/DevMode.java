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
import strongroom.config.ConfigurationFault;
import strongroom.config.ListenerSettings;
import strongroom.config.SealSettings;
import strongroom.config.ServerSettings;
import strongroom.config.StorageSettings;
import strongroom.hsm.SoftHsmToken;
import strongroom.mount.MountTable;
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
  private final List<SealSettings> seals;
  private final Optional<ListenerSettings.Tls> tls;

  private DevMode(
      ServerOptions options,
      @Nullable Path folder,
      List<SealSettings> seals,
      Optional<ListenerSettings.Tls> tls) {
    this.options = options;
    this.folder = folder;
    this.seals = seals;
    this.tls = tls;
  }

  static DevMode of(ServerOptions options) {
    if (!options.devHsm() && !options.devTls()) {
      return new DevMode(options, null, List.of(), Optional.empty());
    }
    try {
      Path folder = Files.createTempDirectory("strongroom-dev");
      List<SealSettings> seals = options.devHsm() ? List.of(softHsm(folder)) : List.of();
      Optional<ListenerSettings.Tls> tls =
          options.devTls() ? Optional.of(DevCertificate.make(folder)) : Optional.empty();
      return new DevMode(options, folder, seals, tls);
    } catch (IOException e) {
      throw ConfigurationFault.of("a folder for -dev cannot be made: " + e);
    }
  }

  private static SealSettings softHsm(Path folder) {
    SoftHsmToken token = SoftHsmToken.provision(folder, "strongroom-dev", "73501846");
    token.select();
    return new SealSettings(
        "pkcs11",
        "-dev-hsm",
        false,
        Map.of(
            "lib", token.library().toString(),
            "token_label", token.label(),
            "pin", token.pin(),
            "key_label", KEY_LABEL,
            "generate_key", "true"));
  }

  ServerSettings settings() {
    ListenerSettings.Common common =
        new ListenerSettings.Common(
            32L * 1024 * 1024, Duration.ofSeconds(90), Duration.ofMinutes(5), false, Map.of());
    ListenerSettings listener =
        new ListenerSettings.Tcp(
            options.devListenAddress(),
            "",
            tls,
            new ListenerSettings.Forwarded(List.of(), 0, true, true),
            common);
    return new ServerSettings(
        new StorageSettings.InMemory(),
        List.of(listener),
        seals,
        (tls.isPresent() ? "https://" : "http://") + options.devListenAddress(),
        "",
        "",
        "info",
        "standard",
        Duration.ofDays(32),
        Duration.ofDays(32),
        Optional.empty(),
        List.of());
  }

  /** Initializes and unseals {@code server} and says how to use it. */
  void initialize(RunningServer server, PrintStream out) {
    await(server, NodeState.Uninitialized.class);
    boolean shares = seals.isEmpty();
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
    server
        .services()
        .mounts()
        .enable(
            MountTable.fresh(
                "secret/",
                "kv",
                "key/value secret storage",
                Map.of("version", "2"),
                new SecureRandom()));
    out.println("WARNING! dev mode is enabled: all data is in memory and gone with the process,");
    out.println("and the root token is printed. Never use it in production.");
    out.println();
    out.println("    export VAULT_ADDR='" + server.addresses().getFirst() + "'");
    tls.ifPresent(made -> out.println("    export VAULT_CACERT='" + made.certFile() + "'"));
    out.println();
    if (shares) {
      out.println("Unseal Key: " + result.keys().getFirst().base64());
    } else {
      out.println("Recovery Key: " + result.recoveryKeys().getFirst().base64());
    }
    out.println("Root Token: " + options.devRootToken().orElse(result.rootToken()));
    out.println();
    out.flush();
  }

  private static void await(RunningServer server, Class<? extends NodeState> wanted) {
    long end = System.nanoTime() + UNSEAL_MAX.toNanos();
    while (!wanted.isInstance(server.node().state())) {
      if (System.nanoTime() > end) {
        throw ConfigurationFault.of("-dev: the server did not get ready: " + server.node().state());
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw ConfigurationFault.of("-dev: interrupted");
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
      throw ConfigurationFault.of("the folder of -dev is left behind: " + folder + ": " + e);
    }
  }
}
