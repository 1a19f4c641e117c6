package strongroom.hsm;

import java.nio.file.Path;
import java.util.Map;

/**
 * SoftHSM in a process of its own behind {@code p11-kit server}, as the stand-in for an HSM on the
 * network: calls go over a socket, and the other end can go away.
 */
public final class NetworkHsm implements Implementation {
  private final Programs programs;
  private final Path socket;
  private final String softHsm;
  private Process server;

  private NetworkHsm(Programs programs, Path socket, String softHsm, Process server) {
    this.programs = programs;
    this.socket = socket;
    this.softHsm = softHsm;
    this.server = server;
  }

  /** Makes a token, starts a server for it, and points this process at it. */
  public static NetworkHsm provision(Path folder) {
    SoftHsmToken soft = SoftHsmToken.provision(folder, "strongroom-test", "1234pin8");
    Path socket = folder.resolve("hsm.sock");
    Programs programs = new Programs(folder, soft.environment());
    String library = soft.library().toString();
    CLibrary.setEnvironment("P11_KIT_SERVER_ADDRESS", "unix:path=" + socket);
    return new NetworkHsm(programs, socket, library, start(programs, socket, library));
  }

  private static Process start(Programs programs, Path socket, String library) {
    return programs.start(
        socket,
        "p11-kit",
        "server",
        "--foreground",
        "--name",
        socket.toString(),
        "--provider",
        library,
        "pkcs11:");
  }

  /** Kills the server and the connections that it holds. */
  public void kill() {
    Programs.kill(server);
  }

  /** Starts it again. */
  public void restart() {
    server = start(programs, socket, softHsm);
  }

  @Override
  public String library() {
    return Implementation.installed("pkcs11/p11-kit-client.so");
  }

  @Override
  public String tokenLabel() {
    return "strongroom-test";
  }

  @Override
  public String pin() {
    return "1234pin8";
  }

  @Override
  public Map<Means, String> cannot() {
    return Map.of(
        Means.GCM, "CKR_MECHANISM_INVALID",
        Means.CBC, "CKR_MECHANISM_INVALID",
        Means.KEY_WRAP, "CKR_MECHANISM_INVALID",
        Means.OAEP_SHA256, "CKR_ARGUMENTS_BAD");
  }

  @Override
  public Map<NewKey.Kind, String> prepared() {
    return Map.of();
  }

  @Override
  public String profile() {
    return "p11-kit";
  }

  @Override
  public void close() {
    programs.close();
  }
}
