package strongroom.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import strongroom.logical.JsonObject;

/**
 * {@code transit}: brings keys into a transit mount. They are wrapped here for the mount's wrapping
 * key: an AES-256 key by RSA-OAEP, the key itself by AES key wrap with padding (RFC 5649).
 */
record TransitCommands() implements CommandGroup {
  private static final int AES_BYTES = 32;
  private static final OAEPParameterSpec OAEP =
      new OAEPParameterSpec(
          "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

  @Override
  public String path() {
    return "transit";
  }

  @Override
  public String summary() {
    return "Interact with the transit secrets engine";
  }

  @Override
  public List<String> names() {
    return List.of("import", "import-version");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "import" ->
          Optional.of(
              command(
                  "transit import",
                  "Import a key as a new one",
                  "import",
                  "  $ %s transit import transit/keys/orders @key.pem type=rsa-2048"));
      case "import-version" ->
          Optional.of(
              command(
                  "transit import-version",
                  "Import a key as an imported key's next version",
                  "import_version",
                  "  $ %s transit import-version transit/keys/orders @next.pem"));
      default -> Optional.empty();
    };
  }

  private static Command command(String name, String summary, String endpoint, String example) {
    return Command.named(name, summary)
        .arguments("PATH KEY [DATA K=V...]", 2, Integer.MAX_VALUE)
        .help(
            "PATH is MOUNT/keys/NAME. KEY is Base64, of the bytes of a symmetric key or of a private"
                + " key in PKCS#8; @file has the same, or PKCS#8 in PEM.",
            example)
        .runs(call -> run(call, endpoint));
  }

  private static int run(Invocation call, String endpoint) {
    String path = Paths.sanitize(call.argument(0));
    int split = path.lastIndexOf("/keys/");
    if (split <= 0 || path.indexOf('/', split + "/keys/".length()) >= 0) {
      throw Failure.usage("PATH is MOUNT/keys/NAME, as in transit/keys/orders");
    }
    byte[] key = key(call.argument(1));
    try {
      call.out().note("Retrieving transit wrapping key.");
      ApiRequest asked = ApiRequest.get(path.substring(0, split) + "/wrapping_key");
      String pem =
          Invocation.during("Error reading the wrapping key", () -> call.client().secret(asked))
              .map(secret -> Secret.text(secret.data(), "public_key"))
              .orElseThrow(() -> Failure.remote("The mount has no wrapping key"));
      call.out().note("Wrapping source key, and the ephemeral key with the transit wrapping key.");
      JsonObject body =
          JsonObject.builder()
              .putAll(DataArguments.parse(call, 2))
              .put("ciphertext", wrapped(pem, key))
              .put("hash_function", "SHA256")
              .build();
      call.out().note("Submitting wrapped key.");
      ApiRequest request = ApiRequest.put(path + "/" + endpoint, body);
      Invocation.during("Error importing the key", () -> call.client().send(request));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
    call.out().note("Success!");
    return 0;
  }

  /** The key in the argument, or in the file that it names; never repeated. */
  private static byte[] key(String argument) {
    String text =
        argument.startsWith("@")
            ? new String(
                DataArguments.readFile(Path.of(argument.substring(1))), StandardCharsets.US_ASCII)
            : argument;
    String encoded =
        text.lines().filter(line -> !line.startsWith("-----")).collect(Collectors.joining());
    try {
      byte[] key = Base64.getDecoder().decode(encoded.strip());
      if (key.length > 0) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // Said below, as for a key that is empty.
    }
    throw Failure.usage("KEY is neither Base64 nor @file with Base64 or PEM");
  }

  private static String wrapped(String pem, byte[] key) {
    byte[] aes = new byte[AES_BYTES];
    new SecureRandom().nextBytes(aes);
    try {
      byte[] der =
          Base64.getMimeDecoder()
              .decode(
                  pem.lines()
                      .filter(line -> !line.startsWith("-----"))
                      .collect(Collectors.joining()));
      PublicKey wrappingKey =
          KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
      Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
      oaep.init(Cipher.ENCRYPT_MODE, wrappingKey, OAEP);
      byte[] head = oaep.doFinal(aes);
      Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
      kwp.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(aes, "AES"));
      byte[] tail = kwp.doFinal(key);
      byte[] whole = Arrays.copyOf(head, head.length + tail.length);
      System.arraycopy(tail, 0, whole, head.length, tail.length);
      return Base64.getEncoder().encodeToString(whole);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw Failure.remote("The mount's wrapping key is not an RSA key in PEM");
    } finally {
      Arrays.fill(aes, (byte) 0);
    }
  }
}
