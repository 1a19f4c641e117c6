package strongroom.hsm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A TPM 2.0 by swtpm, shared by tpm2-abrmd on a message bus of its own, through tpm2-pkcs11. */
public final class SoftTpm implements Implementation {
  private final Programs programs;
  private final Map<String, String> environment;

  private SoftTpm(Programs programs, Map<String, String> environment) {
    this.programs = programs;
    this.environment = environment;
  }

  /** What another process needs to use it. */
  Map<String, String> environment() {
    return environment;
  }

  /** Starts the TPM and what is before it, makes a token, and points this process at it. */
  public static SoftTpm provision(Path folder) {
    Path bus = folder.resolve("bus");
    Map<String, String> environment =
        Map.of(
            "DBUS_SESSION_BUS_ADDRESS",
            "unix:path=" + bus,
            "TPM2TOOLS_TCTI",
            "tabrmd:bus_type=session",
            "TPM2_PKCS11_TCTI",
            "tabrmd:bus_type=session",
            "TPM2_PKCS11_STORE",
            folder.resolve("store").toString());
    environment.forEach(CLibrary::setEnvironment);
    SoftTpm made = new SoftTpm(new Programs(folder, environment), environment);
    try {
      made.start(folder, bus);
      made.initialize();
      return made;
    } catch (IOException e) {
      made.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      made.close();
      throw e;
    }
  }

  private void start(Path folder, Path bus) throws IOException {
    Files.createDirectory(folder.resolve("store"));
    Path state = Files.createDirectory(folder.resolve("state"));
    Path socket = folder.resolve("tpm");
    programs.start(
        socket,
        "swtpm",
        "socket",
        "--tpm2",
        "--tpmstate",
        "dir=" + state,
        "--ctrl",
        "type=unixio,path=" + socket + ".ctrl",
        "--server",
        "type=unixio,path=" + socket,
        "--flags",
        "not-need-init,startup-clear");
    Path settings =
        Files.writeString(
            folder.resolve("bus.conf"),
            """
            <busconfig><type>session</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
            <policy context="default"><allow send_destination="*" eavesdrop="true"/>
            <allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
            """
                .formatted(bus));
    programs.start(bus, "dbus-daemon", "--config-file=" + settings, "--nofork");
    programs.start(
        settings.resolveSibling("tpm2-abrmd.log"),
        "tpm2-abrmd",
        "--session",
        "--allow-root",
        "--tcti=swtpm:path=" + socket);
    programs.run(
        "sh",
        "-c",
        "for i in $(seq 100); do tpm2_getcap properties-fixed >/dev/null 2>&1 && exit 0;"
            + " sleep 0.05; done; exit 1");
  }

  private void initialize() {
    programs.run("tpm2_ptool", "init");
    programs.run(
        "tpm2_ptool",
        "addtoken",
        "--pid=1",
        "--label=" + tokenLabel(),
        "--userpin=" + pin(),
        "--sopin=87654321");
    addKey("aes256", prepared().get(NewKey.Kind.AES));
    addKey("hmac:sha256", prepared().get(NewKey.Kind.HMAC));
    addKey("rsa3072", prepared().get(NewKey.Kind.RSA));
  }

  private void addKey(String algorithm, String label) {
    programs.run(
        "tpm2_ptool",
        "addkey",
        "--label=" + tokenLabel(),
        "--userpin=" + pin(),
        "--algorithm=" + algorithm,
        "--key-label=" + label);
  }

  @Override
  public String library() {
    return Implementation.installed("pkcs11/libtpm2_pkcs11.so");
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
        Means.CBC, "C_Decrypt answered CKR_GENERAL_ERROR",
        Means.GCM, "CKR_MECHANISM_INVALID",
        Means.KEY_WRAP, "CKR_FUNCTION_NOT_SUPPORTED",
        Means.OAEP_SHA1, "C_Decrypt answered CKR_ARGUMENTS_BAD",
        Means.OAEP_SHA256, "C_Decrypt answered CKR_ARGUMENTS_BAD",
        Means.MAKE_RSA, "CKR_GENERAL_ERROR (0x5): make keys by tpm2_ptool",
        Means.MAKE_AES, "CKR_FUNCTION_NOT_SUPPORTED",
        Means.MAKE_HMAC, "CKR_FUNCTION_NOT_SUPPORTED");
  }

  @Override
  public Map<NewKey.Kind, String> prepared() {
    return Map.of(
        NewKey.Kind.AES, "by-tool",
        NewKey.Kind.HMAC, "by-tool-hmac",
        NewKey.Kind.RSA, "by-tool-rsa");
  }

  @Override
  public String profile() {
    return "TPM";
  }

  @Override
  public void close() {
    programs.close();
  }
}
