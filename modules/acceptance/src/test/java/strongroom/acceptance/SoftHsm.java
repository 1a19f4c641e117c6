package strongroom.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A SoftHSM token in a folder of its own, made with SoftHSM's own tool. */
record SoftHsm(Path folder, Path configuration, Path library, String label, String pin) {
  private static final List<String> USUAL_PLACES =
      List.of(
          "/usr/lib/softhsm/libsofthsm2.so",
          "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
          "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
          "/usr/lib64/pkcs11/libsofthsm2.so");

  static SoftHsm provision(Path folder, String label) throws IOException {
    Path tokens = Files.createDirectories(folder.resolve("tokens"));
    Path configuration = folder.resolve("softhsm2.conf");
    Files.writeString(
        configuration,
        "directories.tokendir = " + tokens + "\nobjectstore.backend = file\nlog.level = ERROR\n");
    SoftHsm hsm = new SoftHsm(folder, configuration, findLibrary(), label, "73501846");
    hsm.addToken(label);
    return hsm;
  }

  /** Makes a further token with the same PIN. */
  void addToken(String label) {
    Command.run(
            environment(),
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            label,
            "--so-pin",
            "11223344",
            "--pin",
            pin)
        .expectSuccess();
  }

  /** As an HSM that is lost for good. */
  void deleteToken(String label) {
    Command.run(environment(), "softhsm2-util", "--delete-token", "--token", label).expectSuccess();
  }

  /** An RSA pair by which SoftHSM encrypts, and decrypts by OAEP with SHA-1 only. */
  void makeRsaKey(String token, String label) {
    make(token, label, "0a0b", "--keypairgen", "rsa:3072");
  }

  /** A key for a seal that must not make its own, which takes a second to settle. */
  void makeAesKey(String token, String label) {
    make(token, label, "0a0c", "--keygen", "AES:32");
  }

  private void make(String token, String label, String id, String what, String type) {
    Command.run(
            environment(),
            "pkcs11-tool",
            "--module",
            library.toString(),
            "--token-label",
            token,
            "--login",
            "--pin",
            pin,
            what,
            "--key-type",
            type,
            "--sensitive",
            "--label",
            label,
            "--id",
            id)
        .expectSuccess();
  }

  Path tokens() {
    return folder.resolve("tokens");
  }

  Map<String, String> environment() {
    return Map.of("SOFTHSM2_CONF", configuration.toString());
  }

  private static Path findLibrary() {
    return USUAL_PLACES.stream()
        .map(Path::of)
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("SoftHSM is not installed: apt-get install softhsm2"));
  }
}
