package strongroom.system;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** {@code sys/tools}, and what clients ask to learn what a server has. */
final class ToolPaths {
  private static final int RANDOM_BYTES_MAX = 128 * 1024;

  private final SystemEngine.Parts parts;

  ToolPaths(SystemEngine.Parts parts) {
    this.parts = parts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        random("tools/random"),
        random("tools/random/{urlbytes}"),
        random("tools/random/{source}/{urlbytes}"),
        hash("tools/hash"),
        hash("tools/hash/{urlalgorithm}"),
        Endpoint.at("version-history", "Which versions this installation has run.")
            .on(Operation.LIST, call -> versions())
            .build());
  }

  private Endpoint random(String path) {
    return Endpoint.at(path, "Random bytes.")
        .field("bytes", "integer", "How many; 32 by default.")
        .field("format", "string", "base64 (default) or hex.")
        .onWrite(this::random)
        .build();
  }

  private Response random(Call call) {
    int length =
        Optional.ofNullable(call.parameters().get("urlbytes"))
            .map(ToolPaths::number)
            .or(() -> call.fields().integer("bytes", 1, RANDOM_BYTES_MAX))
            .orElse(32);
    String source = call.parameters().getOrDefault("source", "platform");
    if (!List.of("platform", "all").contains(source)) {
      throw Refusal.invalid("the source of random bytes is platform or all");
    }
    byte[] bytes = new byte[length];
    parts.random().nextBytes(bytes);
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

  private Response versions() {
    return Response.of(
        JsonObject.builder()
            .put("keys", List.of(parts.version()))
            .put(
                "key_info",
                JsonObject.builder()
                    .put(
                        parts.version(),
                        JsonObject.builder()
                            .put("build_date", "")
                            .putNull("previous_version")
                            .put("timestamp_installed", "")
                            .build())
                    .build())
            .build());
  }
}
