package strongroom.logical;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/** Reads and writes JSON. Faults name the place, never the text. */
public final class Json {
  /** How deep arrays and objects may nest, where nobody says otherwise. */
  public static final int DEPTH_MAX = 100;

  /** How deep arrays and objects may be allowed to nest: each level takes of a thread's stack. */
  public static final int DEPTH_CEILING = 1000;

  /** How many characters a number may have. */
  public static final int NUMBER_LENGTH_MAX = 100;

  /** How many values, of any kind and at any depth, one text may hold. */
  public static final int VALUES_MAX = 100_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_CEILING)
                  .maxNumberLength(NUMBER_LENGTH_MAX)
                  // Bodies are bounded before they come here.
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(50_000)
                  .build())
          // Clients make up names: they must not end up in the process's table of strings. The
          // library's own table of names is bounded.
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .build();

  private Json() {}

  /** A text that is no JSON, or more than is allowed. The message holds nothing of the text. */
  public static final class MalformedJson extends Exception {
    private static final long serialVersionUID = 1;
    private final boolean tooLarge;

    private MalformedJson(String message, boolean tooLarge) {
      super(message);
      this.tooLarge = tooLarge;
    }

    /** Whether the text may be JSON, but is deeper, wider or longer than is allowed. */
    public boolean tooLarge() {
      return tooLarge;
    }
  }

  /**
   * The one JSON value in UTF-8 {@code text}.
   *
   * @throws MalformedJson where the text is no JSON or exceeds a limit of this class
   */
  public static JsonValue parse(byte[] text) throws MalformedJson {
    return parse(text, JsonLimits.DEFAULT);
  }

  /**
   * The one JSON value in UTF-8 {@code text}, which may hold up to {@code valuesMax} values: for
   * answers, which may be longer than any request.
   *
   * @throws MalformedJson where the text is no JSON or exceeds a limit
   */
  public static JsonValue parse(byte[] text, int valuesMax) throws MalformedJson {
    return parse(text, JsonLimits.DEFAULT.withValues(valuesMax));
  }

  /** The JSON value in UTF-8 {@code text}, within {@code limits}. */
  public static JsonValue parse(byte[] text, JsonLimits limits) throws MalformedJson {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw new MalformedJson("the body is empty where JSON is expected", false);
      }
      JsonValue value = new Reading(parser, limits).read(token);
      if (parser.nextToken() != null) {
        throw malformed(parser);
      }
      return value;
    } catch (StreamConstraintsException e) {
      throw new MalformedJson(
          "the JSON is nested deeper than "
              + DEPTH_CEILING
              + " levels, or has a number longer than "
              + NUMBER_LENGTH_MAX
              + " characters",
          true);
    } catch (JacksonIOException e) {
      throw new MalformedJson("the JSON is not valid UTF-8", false);
    } catch (JacksonException e) {
      var at = e.getLocation();
      throw new MalformedJson(
          at == null
              ? "the body is not valid JSON"
              : "the body is not valid JSON: line "
                  + at.getLineNr()
                  + ", column "
                  + at.getColumnNr(),
          false);
    }
  }

  /** The JSON object in UTF-8 {@code text}. */
  public static JsonObject parseObject(byte[] text) throws MalformedJson {
    return parseObject(text, JsonLimits.DEFAULT);
  }

  /** The JSON object in UTF-8 {@code text}, within {@code limits}. */
  public static JsonObject parseObject(byte[] text, JsonLimits limits) throws MalformedJson {
    if (parse(text, limits) instanceof JsonObject object) {
      return object;
    }
    throw new MalformedJson("the body is JSON but not an object", false);
  }

  private static MalformedJson malformed(JsonParser parser) {
    var at = parser.currentLocation();
    return new MalformedJson(
        "the body is not valid JSON: line " + at.getLineNr() + ", column " + at.getColumnNr(),
        false);
  }

  /** One text on its way to a tree. */
  private static final class Reading {
    private final JsonParser parser;
    private final JsonLimits limits;
    private int values;
    private int depth;

    Reading(JsonParser parser, JsonLimits limits) {
      this.parser = parser;
      this.limits = limits;
    }

    JsonValue read(JsonToken token) throws MalformedJson {
      check(++values, limits.valuesMax(), "more values than the ");
      return switch (token) {
        case START_OBJECT -> object();
        case START_ARRAY -> array();
        case VALUE_STRING -> string();
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getString());
        case VALUE_TRUE -> new JsonBoolean(true);
        case VALUE_FALSE -> new JsonBoolean(false);
        case VALUE_NULL -> JsonNull.NULL;
        default -> throw malformed(parser);
      };
    }

    private static void check(int number, int max, String what) throws MalformedJson {
      if (number > max) {
        throw new MalformedJson("the JSON has " + what + max + " that are allowed", true);
      }
    }

    private JsonString string() throws MalformedJson {
      String text = parser.getString();
      check(text.length(), limits.stringLengthMax(), "a string with more characters than the ");
      return new JsonString(text);
    }

    private JsonObject object() throws MalformedJson {
      check(++depth, limits.depthMax(), "more levels than the ");
      Map<String, JsonValue> members = new LinkedHashMap<>();
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_OBJECT;
          token = parser.nextToken()) {
        if (token != JsonToken.PROPERTY_NAME) {
          throw malformed(parser);
        }
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == null) {
          throw malformed(parser);
        }
        members.put(name, read(value));
        check(members.size(), limits.entriesMax(), "an object with more members than the ");
      }
      depth--;
      return JsonObject.owning(members);
    }

    private JsonArray array() throws MalformedJson {
      check(++depth, limits.depthMax(), "more levels than the ");
      List<JsonValue> items = new ArrayList<>();
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        if (token == null) {
          throw malformed(parser);
        }
        items.add(read(token));
        check(items.size(), limits.itemsMax(), "an array with more items than the ");
      }
      depth--;
      return new JsonArray(items);
    }
  }

  /** Streams {@code body} to {@code out} as UTF-8, without white space. Leaves {@code out} open. */
  public static void write(JsonBody body, OutputStream out) {
    try (JsonGenerator generator =
        FACTORY.createGenerator(ObjectWriteContext.empty(), new Unclosed(out))) {
      body.writeTo(generator);
    }
  }

  /** The bytes of {@code body} as UTF-8, without white space. */
  public static byte[] toBytes(JsonBody body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    write(body, out);
    return out.toByteArray();
  }

  /** Keeps a generator's close from closing the stream under it. */
  private static final class Unclosed extends java.io.FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws java.io.IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws java.io.IOException {
      flush();
    }
  }
}
