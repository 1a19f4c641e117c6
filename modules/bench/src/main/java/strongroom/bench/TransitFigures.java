package strongroom.bench;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a server's transit engine costs: encryption, a batch, signatures beside the bare ones. */
final class TransitFigures {
  private static final int CONNECTIONS = 64;
  private static final String TEXT = Base64.getEncoder().encodeToString(new byte[400]);

  private final ServerProcess server;
  private final String token;
  private final Figures figures;

  /** Takes a figure, with what it is to be and what another server has. */
  @FunctionalInterface
  interface Figures {
    void add(String name, double value, String unit, String aim, String against);
  }

  TransitFigures(ServerProcess server, String token, Figures figures) {
    this.server = server;
    this.token = token;
    this.figures = figures;
  }

  /** Mounts transit and measures it. */
  void measure() {
    server.call("POST", "sys/mounts/transit", token, "{\"type\":\"transit\"}").expect(204);
    String plain = json("plaintext", TEXT);
    String ciphertext = Bench.member(ask("encrypt/aes", plain), "ciphertext");
    cpu("transit encrypt, CPU", "encrypt/aes", plain, 100_000, "<= 30", "OpenBao 160");
    cpu(
        "transit decrypt, CPU",
        "decrypt/aes",
        json("ciphertext", ciphertext),
        100_000,
        "<= 30",
        "OpenBao 109");
    String batch =
        IntStream.range(0, 100)
            .mapToObj(i -> "{\"plaintext\":\"eA==\"}")
            .collect(Collectors.joining(",", "{\"batch_input\":[", "]}"));
    cpu("transit batch of 100, CPU", "encrypt/aes", batch, 5_000, "<= 250", "OpenBao 766");
    signature("ed25519", "Ed25519", "Ed25519", "OpenBao 147");
    signature("ecdsa-p256", "EC", "SHA256withECDSA", "OpenBao 166");
    signature("rsa-2048", "RSA", "SHA256withRSA", "OpenBao 1,009");
  }

  private void signature(String type, String keys, String algorithm, String against) {
    ask("keys/" + type, json("type", type));
    double bare = bare(keys, algorithm);
    cpu(
        "transit sign " + type + ", CPU",
        "sign/" + type,
        json("input", "eA=="),
        5_000,
        String.format(Locale.ROOT, "<= %.0f", 1.3 * bare + 30),
        against);
  }

  /** Microseconds of one signature by Java alone. */
  private static double bare(String keys, String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(keys);
      if (!keys.equals("Ed25519")) {
        generator.initialize(keys.equals("RSA") ? 2048 : 256);
      }
      KeyPair pair = generator.generateKeyPair();
      double best = Double.MAX_VALUE;
      for (int turn = 0; turn < 5; turn++) {
        long start = System.nanoTime();
        for (int i = 0; i < 500; i++) {
          Signature signature = Signature.getInstance(algorithm);
          signature.initSign(pair.getPrivate());
          signature.update((byte) i);
          signature.sign();
        }
        best = Math.min(best, (System.nanoTime() - start) / 500e3);
      }
      return best;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(algorithm + " is not to be had from this Java", e);
    }
  }

  private void cpu(
      String name, String path, String body, long requests, String aim, String against) {
    byte[] request = Connection.request("POST", "transit/" + path, token, body);
    Load.run(server, CONNECTIONS, requests, 200, number -> request);
    Load.Result result = Load.run(server, CONNECTIONS, requests, 200, number -> request);
    figures.add(name, result.cpuMicrosPerRequest(), "us", aim, against);
  }

  private String ask(String path, String body) {
    return server.call("POST", "transit/" + path, token, body).expect(200).text();
  }

  private static String json(String name, String value) {
    return "{\"" + name + "\":\"" + value + "\"}";
  }
}
