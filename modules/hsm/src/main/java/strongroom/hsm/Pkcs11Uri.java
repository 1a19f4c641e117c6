package strongroom.hsm;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A {@code pkcs11:} URI (RFC 7512), as far as it names an HSM token and a key in it.
 *
 * @param tokenLabel {@code token}
 * @param serial {@code serial}
 * @param slot {@code slot-id}
 * @param keyLabel {@code object}
 * @param keyId {@code id}, in lower-case hex
 * @param module {@code module-path}
 */
public record Pkcs11Uri(
    Optional<String> tokenLabel,
    Optional<String> serial,
    Optional<String> slot,
    Optional<String> keyLabel,
    Optional<String> keyId,
    Optional<String> module) {
  private static final Set<String> KNOWN =
      Set.of(
          "token",
          "serial",
          "slot-id",
          "object",
          "id",
          "type",
          "manufacturer",
          "model",
          "library-manufacturer",
          "library-description",
          "library-version",
          "slot-manufacturer",
          "slot-description");

  /**
   * Reads {@code text}.
   *
   * @throws IllegalArgumentException that says what is wrong; a PIN in it is refused, since a URI
   *     is shown in messages
   */
  public static Pkcs11Uri parse(String text) {
    if (!text.startsWith("pkcs11:")) {
      throw new IllegalArgumentException("a PKCS#11 URI begins with pkcs11:");
    }
    int question = text.indexOf('?');
    String path = text.substring("pkcs11:".length(), question < 0 ? text.length() : question);
    Map<String, byte[]> attributes = new HashMap<>();
    read(path, ";", attributes);
    for (String name : attributes.keySet()) {
      if (!KNOWN.contains(name) && !name.startsWith("x-")) {
        throw new IllegalArgumentException(
            "the PKCS#11 URI has an attribute that RFC 7512 does not know: " + name);
      }
    }
    Map<String, byte[]> query = new HashMap<>();
    if (question >= 0) {
      read(text.substring(question + 1), "&", query);
    }
    if (query.containsKey("pin-value") || query.containsKey("pin-source")) {
      throw new IllegalArgumentException(
          "a PIN in the PKCS#11 URI would be shown in messages: set \"pin\" or VAULT_HSM_PIN");
    }
    return new Pkcs11Uri(
        string(attributes, "token"),
        string(attributes, "serial"),
        string(attributes, "slot-id"),
        string(attributes, "object"),
        Optional.ofNullable(attributes.get("id")).map(HexFormat.of()::formatHex),
        string(query, "module-path"));
  }

  private static Optional<String> string(Map<String, byte[]> attributes, String name) {
    return Optional.ofNullable(attributes.get(name))
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  private static void read(String part, String separator, Map<String, byte[]> into) {
    if (part.isEmpty()) {
      return;
    }
    for (String pair : part.split(separator, -1)) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("the PKCS#11 URI has a part that is no name=value pair");
      }
      String name = pair.substring(0, equals);
      if (into.put(name, decode(pair.substring(equals + 1))) != null) {
        throw new IllegalArgumentException("the PKCS#11 URI has " + name + " twice");
      }
    }
  }

  private static byte[] decode(String value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c != '%') {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      try {
        bytes.write(HexFormat.fromHexDigits(value, i + 1, i + 3));
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new IllegalArgumentException("the PKCS#11 URI has a bad percent encoding", e);
      }
      i += 2;
    }
    return bytes.toByteArray();
  }
}
