package strongroom.engine;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** Random bytes and hashes, which {@code sys/tools} and transit answer alike. */
public final class ToolEndpoints {
  private static final int RANDOM_BYTES_MAX = 128 * 1024;
  private static final List<String> SOURCES = List.of("platform", "all");

  private final SecureRandom random;

  /** Takes random bytes from {@code random}. */
  public ToolEndpoints(SecureRandom random) {
    this.random = random;
  }

  /** The endpoints, each below {@code prefix}: empty text, or with a slash at its end. */
  public List<Endpoint> below(String prefix) {
    return List.of(
        random(prefix + "random"),
        random(prefix + "random/{urlbytes}"),
        random(prefix + "random/{source}/{urlbytes}"),
        hash(prefix + "hash"),
        hash(prefix + "hash/{urlalgorithm}"));
  }

  private Endpoint random(String path) {
    return Endpoint.at(path, "Random bytes.")
        .field("bytes", "integer", "How many; 32 by default.")
        .field("format", "string", "base64 (default) or hex.")
        .onWrite(this::random)
        .build();
  }

  private Response random(Call call) {
    // One part of a path behind random/ is a source or a number.
    Optional<String> part = Optional.ofNullable(call.parameters().get("urlbytes"));
    boolean named = part.map(SOURCES::contains).orElse(false);
    int length =
        part.filter(text -> !named)
            .map(ToolEndpoints::number)
            .or(() -> call.fields().integer("bytes", 1, RANDOM_BYTES_MAX))
            .orElse(32);
    if (!SOURCES.contains(call.parameters().getOrDefault("source", SOURCES.getFirst()))) {
      throw Refusal.invalid("the source of random bytes is platform or all");
    }
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Response.of(
        JsonObject.builder().put("random_bytes", encoded(call, bytes, "base64")).build());
  }

  private static int number(String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= RANDOM_BYTES_MAX) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number that is out of range.
    }
    throw Refusal.invalid("the number of bytes is from 1 to " + RANDOM_BYTES_MAX);
  }

  private static String encoded(Call call, byte[] bytes, String otherwise) {
    return switch (call.fields().string("format").orElse(otherwise)) {
      case "base64" -> Base64.getEncoder().encodeToString(bytes);
      case "hex" -> HexFormat.of().formatHex(bytes);
      default -> throw Refusal.invalid("format is base64 or hex");
    };
  }

  private Endpoint hash(String path) {
    return Endpoint.at(path, "The hash of some input.")
        .field("input", "string", "The input in Base64.")
        .field("algorithm", "string", "sha2-224, -256 (default), -384, -512 or sha3-….")
        .field("format", "string", "hex (default) or base64.")
        .onWrite(this::hash)
        .build();
  }

  private Response hash(Call call) {
    String algorithm =
        Optional.ofNullable(call.parameters().get("urlalgorithm"))
            .or(() -> call.fields().string("algorithm"))
            .orElse("sha2-256");
    String java =
        switch (algorithm) {
          case "sha2-224" -> "SHA-224";
          case "sha2-256" -> "SHA-256";
          case "sha2-384" -> "SHA-384";
          case "sha2-512" -> "SHA-512";
          case "sha3-224" -> "SHA3-224";
          case "sha3-256" -> "SHA3-256";
          case "sha3-384" -> "SHA3-384";
          case "sha3-512" -> "SHA3-512";
          default ->
              throw Refusal.invalid(
                  "algorithm is sha2-224, sha2-256, sha2-384, sha2-512 or the same with sha3");
        };
    try {
      byte[] input = Base64.getDecoder().decode(call.fields().requiredString("input"));
      byte[] sum = MessageDigest.getInstance(java).digest(input);
      return Response.of(JsonObject.builder().put("sum", encoded(call, sum, "hex")).build());
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("input is not valid Base64");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(java + " is not to be had from this Java", e);
    }
  }
}
