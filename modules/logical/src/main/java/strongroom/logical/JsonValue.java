package strongroom.logical;

import tools.jackson.core.JsonGenerator;

/**
 * A JSON value (RFC 8259). Values are immutable. Their {@code toString} says their kind and size
 * and never their content, since any of them may hold a secret.
 */
public sealed interface JsonValue extends JsonBody
    permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean, JsonNull {

  /** Writes this value, whole, to {@code out}. */
  @Override
  void writeTo(JsonGenerator out);

  /** The JSON name of this kind of value: {@code object}, {@code string}… */
  String kind();
}
