package strongroom.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.Refusal;

/** Names and values in the form of a URL's query (WHATWG URL, 5.1), in their order. */
final class Query {
  static final int PARAMETERS_MAX = 200;

  /** No parameters. */
  static final Query NONE = new Query(Map.of());

  private final Map<String, List<String>> parameters;

  private Query(Map<String, List<String>> parameters) {
    this.parameters = parameters;
  }

  /** Reads {@code raw}, which has no question mark. */
  static Query parse(String raw) {
    if (raw.isEmpty()) {
      return NONE;
    }
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    int count = 0;
    int from = 0;
    while (from <= raw.length()) {
      int end = raw.indexOf('&', from);
      end = end < 0 ? raw.length() : end;
      if (end > from) {
        if (++count > PARAMETERS_MAX) {
          throw Refusal.invalid("a request has at most " + PARAMETERS_MAX + " parameters");
        }
        add(parameters, raw.substring(from, end));
      }
      from = end + 1;
    }
    return new Query(parameters);
  }

  private static void add(Map<String, List<String>> parameters, String part) {
    int equals = part.indexOf('=');
    String name = decoded(equals < 0 ? part : part.substring(0, equals));
    String value = equals < 0 ? "" : decoded(part.substring(equals + 1));
    if (!name.isEmpty()) {
      parameters.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
    }
  }

  private static String decoded(String raw) {
    return RequestPath.percentDecoded(raw.replace('+', ' '))
        .orElseThrow(() -> Refusal.invalid("a parameter is not properly percent-encoded UTF-8"));
  }

  /** The first value of {@code name}. */
  Optional<String> first(String name) {
    List<String> values = parameters.get(name);
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** Whether {@code name} says yes; absent and empty say no. */
  boolean isTrue(String name) {
    return switch (first(name).orElse("")) {
      case "1", "t", "T", "true", "True", "TRUE" -> true;
      case "", "0", "f", "F", "false", "False", "FALSE" -> false;
      default -> throw Refusal.invalid("the parameter " + name + " is true or false");
    };
  }

  /** All parameters but those of the dialect itself, as a body: text, or a list where repeated. */
  JsonObject toBody() {
    if (parameters.isEmpty()) {
      return JsonObject.EMPTY;
    }
    JsonObject.Builder body = JsonObject.builder();
    parameters.forEach(
        (name, values) -> {
          if (!name.equals("list") && !name.equals("help")) {
            body.put(
                name,
                values.size() == 1
                    ? new JsonString(values.getFirst())
                    : JsonArray.ofStrings(values));
          }
        });
    return body.build();
  }

  /** All parameters as the body of a form: text, with commas between repeated values. */
  JsonObject toForm() {
    JsonObject.Builder body = JsonObject.builder();
    parameters.forEach((name, values) -> body.put(name, String.join(",", values)));
    return body.build();
  }
}
