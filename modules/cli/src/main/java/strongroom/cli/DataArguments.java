package strongroom.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/**
 * Data on the command line: {@code key=value}, {@code key=@file}, {@code key=-} for standard input,
 * {@code @file} and {@code -} for a JSON object. A value is always a string, a key given twice a
 * list of both; a value that begins with {@code @} or is a dash is written {@code \@…} or {@code
 * \-}.
 *
 * <p>Messages count arguments instead of repeating them, since any may hold a secret.
 */
final class DataArguments {
  private final Invocation call;
  private final Map<String, JsonValue> data = new LinkedHashMap<>();
  private boolean inputRead;

  private DataArguments(Invocation call) {
    this.call = call;
  }

  /** The data in the arguments from {@code first} on. */
  static JsonObject parse(Invocation call, int first) {
    DataArguments arguments = new DataArguments(call);
    for (int i = first; i < call.arguments().size(); i++) {
      arguments.add(call.argument(i), i + 1);
    }
    return JsonObject.of(arguments.data);
  }

  private void add(String argument, int position) {
    if (argument.equals("-")) {
      merge(input().getBytes(StandardCharsets.UTF_8), "standard input");
      return;
    }
    if (argument.startsWith("@")) {
      merge(read(argument.substring(1)), argument.substring(1));
      return;
    }
    int equals = argument.indexOf('=');
    if (equals < 0) {
      throw Failure.usage(
          "Failed to parse K=V data: argument "
              + position
              + " is none of key=value, @file, - (format must be key=value)");
    }
    put(argument.substring(0, equals), new JsonString(value(argument.substring(equals + 1))));
  }

  private String value(String text) {
    if (text.equals("-")) {
      return input();
    }
    if (text.startsWith("@")) {
      return new String(read(text.substring(1)), StandardCharsets.UTF_8);
    }
    return text.startsWith("\\@") || text.equals("\\-") ? text.substring(1) : text;
  }

  private void put(String key, JsonValue value) {
    JsonValue before = data.get(key);
    if (before == null) {
      data.put(key, value);
      return;
    }
    List<JsonValue> all =
        new ArrayList<>(before instanceof JsonArray array ? array.items() : List.of(before));
    all.add(value);
    data.put(key, new JsonArray(all));
  }

  private void merge(byte[] json, String from) {
    try {
      Json.parseObject(json).members().forEach(this::put);
    } catch (Json.MalformedJson e) {
      throw Failure.usage("Failed to parse K=V data: " + from + ": " + e.getMessage());
    }
  }

  private String input() {
    if (inputRead) {
      throw Failure.usage("Failed to parse K=V data: standard input can be used only once");
    }
    inputRead = true;
    return call.readInput();
  }

  private static byte[] read(String file) {
    return readFile(Path.of(file));
  }

  /** The bytes of {@code file}. */
  static byte[] readFile(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw Failure.usage(
          "cannot read " + file + (Files.exists(file) ? "" : ": there is no such file"));
    }
  }
}
