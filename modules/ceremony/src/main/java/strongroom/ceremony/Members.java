package strongroom.ceremony;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import strongroom.logical.Json;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;

/** Reads members of the record's JSON, of which none may be missing. */
final class Members {
  private Members() {}

  static JsonObject parse(String text) {
    try {
      return Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
    } catch (Json.MalformedJson e) {
      throw new CeremonyFault("it is no JSON", e);
    }
  }

  static String text(JsonObject json, String name) {
    if (json.member(name).orElse(null) instanceof JsonString(String text)) {
      return text;
    }
    throw new CeremonyFault("it has no " + name, null);
  }

  static long number(JsonObject json, String name) {
    if (json.member(name).orElse(null) instanceof JsonNumber number) {
      return number.toLong().orElse(-1);
    }
    throw new CeremonyFault("it has no " + name, null);
  }

  static byte[] bytes(JsonObject json, String name) {
    try {
      return Base64.getDecoder().decode(text(json, name));
    } catch (IllegalArgumentException e) {
      throw new CeremonyFault("its " + name + " is no Base64", e);
    }
  }
}
