package strongroom.seal.kmip;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * PyKMIP's server in a process of its own, with certificates made by openssl. {@code
 * scripts/need.sh test} installs it.
 */
final class PyKmip implements AutoCloseable {
  private static final String CERTIFICATES =
      """
      set -e
      cd "$1"
      for name in other-ca ca; do
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$name -days 2 \
          -keyout $name.key -out $name.pem
      done
      for name in server client other; do
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$name \
          -keyout $name.key -out $name.csr
        printf 'subjectAltName=IP:127.0.0.1,DNS:kmip.test\\nextendedKeyUsage=serverAuth,clientAuth\\n' > ext
        openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
          -extfile ext -out $name.pem
      done
      """;

  final int port;
  final Path folder;

  /** Two active keys and one that is not, of the user {@code client}. */
  final List<String> keys;

  /** A key of the user {@code other}, which {@code client} may not use. */
  final String otherKey;

  private final Process process;

  private PyKmip(int port, Path folder, List<String> keys, Process process) {
    this.port = port;
    this.folder = folder;
    this.keys = keys.subList(0, 3);
    this.otherKey = keys.get(3);
    this.process = process;
  }

  /** Starts it in {@code folder} and makes the keys. */
  static PyKmip start(Path folder) throws Exception {
    run(folder, "sh", "-c", CERTIFICATES, "sh", folder.toString());
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Files.createDirectory(folder.resolve("policy"));
    Path configuration =
        Files.writeString(
            folder.resolve("server.conf"),
            """
            [server]
            hostname=127.0.0.1
            port=PORT
            certificate_path=FOLDER/server.pem
            key_path=FOLDER/server.key
            ca_path=FOLDER/ca.pem
            auth_suite=TLS1.2
            enable_tls_client_auth=True
            logging_level=WARNING
            database_path=FOLDER/kmip.db
            policy_path=FOLDER/policy
            tls_cipher_suites=
                ECDHE-ECDSA-AES256-GCM-SHA384
            """
                .replace("PORT", Integer.toString(port))
                .replace("FOLDER", folder.toString()));
    Process process =
        python(
            folder,
            root().resolve("target/venv/bin/pykmip-server").toString(),
            "-f",
            configuration.toString(),
            "-l",
            folder.resolve("server.log").toString());
    awaitPort(process, port);
    run(
        folder,
        root().resolve("target/venv/bin/python3").toString(),
        Path.of("src/test/python/kmip_keys.py").toAbsolutePath().toString(),
        Integer.toString(port),
        folder.toString());
    List<String> keys = Files.readAllLines(folder.resolve("out"));
    return new PyKmip(port, folder, keys.subList(keys.size() - 4, keys.size()), process);
  }

  private static void awaitPort(Process process, int port) throws Exception {
    Instant end = Instant.now().plusSeconds(60);
    while (true) {
      try (Socket _ = new Socket("127.0.0.1", port)) {
        return;
      } catch (IOException e) {
        if (!process.isAlive() || Instant.now().isAfter(end)) {
          throw new IOException("PyKMIP did not start: scripts/need.sh test installs it", e);
        }
        Thread.sleep(50);
      }
    }
  }

  private static Path root() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("CONTRIBUTING.md"))) {
      root = root.getParent();
    }
    return root;
  }

  private static Process python(Path folder, String... words) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.command().addFirst(root().resolve("target/venv/bin/python3").toString());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("server.out").toFile())
        .start();
  }

  private static void run(Path folder, String... words) throws Exception {
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(words[0] + ": " + Files.readString(folder.resolve("out")));
    }
  }

  /** Ends it with the process that it starts to watch its policies. */
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
