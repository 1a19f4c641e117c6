package strongroom.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;

/** Holders of OpenPGP keys, in a folder of their own. */
record GnuPg(Path folder) implements AutoCloseable {
  static GnuPg in(Path folder) throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return new GnuPg(folder);
  }

  private Map<String, String> environment() {
    return Map.of("GNUPGHOME", folder.toString());
  }

  /** Makes a key pair for {@code name} and answers the file of its public half, in armour. */
  Path make(String name, String kind) {
    gpg("--passphrase", "", "--quick-gen-key", name, kind, "default", "never");
    if (kind.startsWith("rsa")) {
      // That was for signatures.
      String listed = gpg("--with-colons", "--list-keys", name).out();
      String fingerprint =
          listed.lines().filter(line -> line.startsWith("fpr:")).findFirst().orElseThrow();
      gpg("--passphrase", "", "--quick-add-key", fingerprint.split(":")[9], kind, "encrypt");
    }
    Path file = folder.resolve(name + ".asc");
    gpg("--armor", "--output", file.toString(), "--export", name);
    return file;
  }

  /** What the holder of the fitting key reads. */
  String decrypt(String base64) {
    try {
      Path file = folder.resolve("message.gpg");
      Files.write(file, Base64.getDecoder().decode(base64));
      return gpg("--decrypt", file.toString()).out();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Command gpg(String... words) {
    String[] all = new String[words.length + 4];
    all[0] = "gpg";
    all[1] = "--batch";
    all[2] = "--pinentry-mode";
    all[3] = "loopback";
    System.arraycopy(words, 0, all, 4, words.length);
    return Command.run(environment(), all).expectSuccess();
  }

  /** Ends the agent that gpg has started. */
  @Override
  public void close() {
    Command.run(environment(), "gpgconf", "--kill", "all").expectSuccess();
  }
}
