package strongroom.engine.kv;

import strongroom.logical.Json;
import strongroom.logical.JsonObject;

/** JSON that this engine wrote itself. */
final class Stored {
  private Stored() {}

  /** The object in {@code bytes}, which the barrier has authenticated. */
  static JsonObject parse(byte[] bytes) {
    try {
      return Json.parseObject(bytes);
    } catch (Json.MalformedJson e) {
      throw new IllegalStateException("a stored secret is not the JSON that was written", e);
    }
  }
}
