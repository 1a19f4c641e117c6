package strongroom.logical;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** A JSON object, in the order its members were given. */
public final class JsonObject implements JsonValue {
  /** The object without members. */
  public static final JsonObject EMPTY = new JsonObject(Map.of());

  private final Map<String, JsonValue> members;

  private JsonObject(Map<String, JsonValue> members) {
    this.members = members;
  }

  /** An object with a copy of {@code members}, in their order. */
  public static JsonObject of(Map<String, ? extends JsonValue> members) {
    return owning(new LinkedHashMap<>(members));
  }

  /** An object that has {@code members} for its own: nobody changes them afterwards. */
  static JsonObject owning(Map<String, JsonValue> members) {
    return new JsonObject(Collections.unmodifiableMap(members));
  }

  /** An object of strings. */
  public static JsonObject ofStrings(Map<String, String> members) {
    Builder builder = builder();
    members.forEach(builder::put);
    return builder.build();
  }

  /** An object to be filled. */
  public static Builder builder() {
    return new Builder();
  }

  /** All members, unmodifiable, in order. */
  public Map<String, JsonValue> members() {
    return members;
  }

  /** The member {@code name}, where there is one; a JSON null is a value. */
  public Optional<JsonValue> member(String name) {
    return Optional.ofNullable(members.get(name));
  }

  /** Whether there are no members. */
  public boolean isEmpty() {
    return members.isEmpty();
  }

  @Override
  public void writeTo(JsonGenerator out) {
    out.writeStartObject();
    for (Map.Entry<String, JsonValue> member : members.entrySet()) {
      out.writeName(member.getKey());
      member.getValue().writeTo(out);
    }
    out.writeEndObject();
  }

  @Override
  public String kind() {
    return "object";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonObject that && members.equals(that.members);
  }

  @Override
  public int hashCode() {
    return members.hashCode();
  }

  @Override
  public String toString() {
    return "object[" + members.size() + "]";
  }

  /** Collects the members of an object; a name put twice keeps its place and the later value. */
  public static final class Builder {
    private Map<String, JsonValue> members = new LinkedHashMap<>();

    /** Whether {@link #members} belong to an object already and must be copied to be changed. */
    private boolean shared;

    private Builder() {}

    private Map<String, JsonValue> own() {
      if (shared) {
        members = new LinkedHashMap<>(members);
        shared = false;
      }
      return members;
    }

    /** Sets {@code name} to {@code value}. */
    public Builder put(String name, JsonValue value) {
      own().put(name, value);
      return this;
    }

    /** Sets {@code name} to a string. */
    public Builder put(String name, String value) {
      return put(name, new JsonString(value));
    }

    /** Sets {@code name} to a whole number. */
    public Builder put(String name, long value) {
      return put(name, JsonNumber.of(value));
    }

    /** Sets {@code name} to a boolean. */
    public Builder put(String name, boolean value) {
      return put(name, new JsonBoolean(value));
    }

    /** Sets {@code name} to an array of strings. */
    public Builder put(String name, Collection<String> strings) {
      return put(name, JsonArray.ofStrings(strings));
    }

    /** Sets {@code name} to a time as Vault writes it (RFC 3339, UTC, nanoseconds). */
    public Builder put(String name, Instant time) {
      return put(name, TimeText.format(time));
    }

    /** Sets {@code name} to a duration in whole seconds, as Vault's answers have it. */
    public Builder put(String name, Duration duration) {
      return put(name, duration.toSeconds());
    }

    /** Sets {@code name} to JSON null. */
    public Builder putNull(String name) {
      return put(name, JsonNull.NULL);
    }

    /** Adds all members of {@code other}. */
    public Builder putAll(JsonObject other) {
      own().putAll(other.members);
      return this;
    }

    /** The object. The builder may be used on; the object does not change with it. */
    public JsonObject build() {
      shared = true;
      return owning(members);
    }
  }
}
