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
  /** How deep arrays and objects may nest in a request. */
  public static final int DEPTH_MAX = 100;

  /** How many characters a number may have. */
  public static final int NUMBER_LENGTH_MAX = 100;

  /** How many values, of any kind and at any depth, one text may hold. */
  public static final int VALUES_MAX = 100_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
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
    return parse(text, VALUES_MAX);
  }

  /**
   * The one JSON value in UTF-8 {@code text}, which may hold up to {@code valuesMax} values: for
   * answers, which may be longer than any request.
   *
   * @throws MalformedJson where the text is no JSON or exceeds a limit
   */
  public static JsonValue parse(byte[] text, int valuesMax) throws MalformedJson {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw new MalformedJson("the body is empty where JSON is expected", false);
      }
      JsonValue value = read(parser, token, new int[] {valuesMax});
      if (parser.nextToken() != null) {
        throw malformed(parser);
      }
      return value;
    } catch (StreamConstraintsException e) {
      throw new MalformedJson(
          "the JSON is nested deeper than "
              + DEPTH_MAX
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
    if (parse(text) instanceof JsonObject object) {
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

  private static JsonValue read(JsonParser parser, JsonToken token, int[] valuesLeft)
      throws MalformedJson {
    if (--valuesLeft[0] < 0) {
      throw new MalformedJson("the JSON holds more values than are allowed", true);
    }
    return switch (token) {
      case START_OBJECT -> readObject(parser, valuesLeft);
      case START_ARRAY -> readArray(parser, valuesLeft);
      case VALUE_STRING -> new JsonString(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getString());
      case VALUE_TRUE -> new JsonBoolean(true);
      case VALUE_FALSE -> new JsonBoolean(false);
      case VALUE_NULL -> JsonNull.NULL;
      default -> throw malformed(parser);
    };
  }

  private static JsonValue readObject(JsonParser parser, int[] valuesLeft) throws MalformedJson {
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
      members.put(name, read(parser, value, valuesLeft));
    }
    return JsonObject.owning(members);
  }

  private static JsonValue readArray(JsonParser parser, int[] valuesLeft) throws MalformedJson {
    List<JsonValue> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (token == null) {
        throw malformed(parser);
      }
      items.add(read(parser, token, valuesLeft));
    }
    return new JsonArray(items);
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
