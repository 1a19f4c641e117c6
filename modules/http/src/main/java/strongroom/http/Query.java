package strongroom.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.Refusal;

/** The parameters behind a request's question mark. */
final class Query {
  private static final int PARAMETERS_MAX = 200;
  private final Map<String, List<String>> parameters = new LinkedHashMap<>();

  /** Reads {@code raw}, which has no question mark; empty text has no parameters. */
  Query(String raw) {
    if (raw.isEmpty()) {
      return;
    }
    for (String part : raw.split("&", PARAMETERS_MAX + 1)) {
      int equals = part.indexOf('=');
      String name = decoded(equals < 0 ? part : part.substring(0, equals));
      String value = equals < 0 ? "" : decoded(part.substring(equals + 1));
      if (!name.isEmpty()) {
        parameters.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value);
      }
      if (parameters.size() > PARAMETERS_MAX) {
        throw Refusal.invalid("a request has at most " + PARAMETERS_MAX + " query parameters");
      }
    }
  }

  private static String decoded(String raw) {
    return RequestPath.percentDecoded(raw.replace('+', ' '))
        .orElseThrow(() -> Refusal.invalid("a query parameter is not properly percent-encoded"));
  }

  boolean isTrue(String name) {
    List<String> values = parameters.get(name);
    return values != null
        && (values.getFirst().equals("true")
            || values.getFirst().equals("1")
            || values.getFirst().equals("True"));
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
}
