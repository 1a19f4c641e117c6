package strongroom.migrate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.TreeMap;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/**
 * Compares values by SHA-256 of a form that the order of members does not change. The hashes stay
 * here: of a short password, a hash in a report would be as good as the password.
 */
final class Digest {
  private Digest() {}

  static boolean equal(JsonValue a, JsonValue b) {
    return MessageDigest.isEqual(of(a), of(b));
  }

  static byte[] of(JsonValue value) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      add(digest, value);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static void add(MessageDigest digest, JsonValue value) {
    switch (value) {
      case JsonObject object -> {
        put(digest, 'o', Integer.toString(object.members().size()));
        new TreeMap<>(object.members())
            .forEach(
                (name, member) -> {
                  put(digest, 'm', name);
                  add(digest, member);
                });
      }
      case JsonArray array -> {
        put(digest, 'a', Integer.toString(array.items().size()));
        array.items().forEach(item -> add(digest, item));
      }
      case JsonString(String text) -> put(digest, 's', text);
      case JsonNumber(String lexeme) -> put(digest, 'n', lexeme);
      case JsonBoolean(boolean on) -> put(digest, 'b', Boolean.toString(on));
      case JsonNull none -> put(digest, 'z', "");
    }
  }

  /** Kind, length and text: no two values are written alike. */
  private static void put(MessageDigest digest, char kind, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update((kind + Integer.toString(bytes.length) + ":").getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
  }
}
