package strongroom.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What {@code -output-curl-string} and {@code -output-policy} show of the request that the command
 * would have sent. Neither shows a token.
 */
interface Preview {
  /** Shows {@code request} and ends the command, or does nothing. */
  void show(ApiClient client, ApiRequest request);

  /** What {@code flags} ask for. */
  static Preview of(Flags flags, PrintStream out) {
    if (flags.on("output-curl-string")) {
      return (client, request) -> end(out, curl(client, request));
    }
    if (flags.on("output-policy")) {
      return (client, request) -> end(out, policy(request));
    }
    return (client, request) -> {};
  }

  private static void end(PrintStream out, String text) {
    out.println(text);
    throw new Failure(0, "");
  }

  private static String curl(ApiClient client, ApiRequest request) {
    StringBuilder text = new StringBuilder("curl");
    if (!request.method().equals("GET")) {
      text.append(" -X ").append(request.method());
    }
    for (Map.Entry<String, String> header : client.headers(client.address(), request).entrySet()) {
      String name = header.getKey();
      if (name.equals("X-Vault-Token")) {
        text.append(" -H \"X-Vault-Token: $(vault print token)\"");
      } else if (name.startsWith("X-Vault-")) {
        text.append(" -H ").append(quote(name + ": " + header.getValue()));
      }
    }
    switch (request.body()) {
      case ApiRequest.Body.None() -> {}
      case ApiRequest.Body.OfJson json -> {
        if (request.method().equals("PATCH")) {
          text.append(" -H ").append(quote("Content-Type: " + json.mediaType()));
        }
        text.append(" -d ").append(quote(new String(json.bytes(), StandardCharsets.UTF_8)));
      }
      case ApiRequest.Body.OfFile file ->
          text.append(" --data-binary ").append(quote("@" + file.file()));
    }
    Address address = client.address();
    if (address.unix()) {
      text.append(" --unix-socket ").append(quote(address.path()));
    }
    String url =
        address.unix()
            ? "http://localhost" + request.target()
            : address.url(address.target(request.target()));
    return text.append(' ').append(quote(url)).toString();
  }

  private static String quote(String text) {
    boolean plain =
        text.chars().allMatch(c -> Character.isLetterOrDigit(c) || "/:._-".indexOf(c) >= 0);
    return plain ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private static String policy(ApiRequest request) {
    String capability =
        switch (request.method()) {
          case "GET" -> request.query().containsKey("list") ? "\"list\"" : "\"read\"";
          case "DELETE" -> "\"delete\"";
          case "PATCH" -> "\"patch\"";
          default -> "\"create\", \"update\"";
        };
    String path = request.path().replace("\\", "\\\\").replace("\"", "\\\"");
    return "path \"" + path + "\" {\n  capabilities = [" + capability + "]\n}";
  }
}
