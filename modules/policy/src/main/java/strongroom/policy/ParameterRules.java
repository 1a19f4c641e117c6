package strongroom.policy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/**
 * Which parameters a request must have, may have and may not have. Names are in lower case; an
 * empty list of values stands for any value; {@code *} stands for any other name.
 */
record ParameterRules(
    Set<String> required,
    Map<String, List<JsonValue>> allowed,
    Map<String, List<JsonValue>> denied) {
  static final ParameterRules NONE = new ParameterRules(Set.of(), Map.of(), Map.of());
  static final String ANY = "*";

  boolean isEmpty() {
    return required.isEmpty() && allowed.isEmpty() && denied.isEmpty();
  }

  /** Both rules together: what either requires or denies; of what is allowed, all of both. */
  ParameterRules and(ParameterRules other) {
    if (isEmpty()) {
      return other;
    }
    if (other.isEmpty()) {
      return this;
    }
    Set<String> names = new LinkedHashSet<>(required);
    names.addAll(other.required);
    return new ParameterRules(names, union(allowed, other.allowed), union(denied, other.denied));
  }

  private static Map<String, List<JsonValue>> union(
      Map<String, List<JsonValue>> some, Map<String, List<JsonValue>> others) {
    Map<String, List<JsonValue>> all = new LinkedHashMap<>(some);
    others.forEach(
        (name, values) -> {
          List<JsonValue> mine = all.get(name);
          if (mine == null || values.isEmpty()) {
            all.put(name, values);
          } else if (!mine.isEmpty()) {
            List<JsonValue> both = new ArrayList<>(mine);
            values.stream().filter(v -> !both.contains(v)).forEach(both::add);
            all.put(name, both);
          }
        });
    return all;
  }

  boolean allows(JsonObject body) {
    Map<String, JsonValue> parameters = body.members();
    for (String name : required) {
      if (!parameters.containsKey(name)) {
        return false;
      }
    }
    if (parameters.isEmpty()) {
      return true;
    }
    if (denied.containsKey(ANY)) {
      return false;
    }
    boolean anyOther = allowed.isEmpty() || allowed.containsKey(ANY);
    for (Map.Entry<String, JsonValue> parameter : parameters.entrySet()) {
      String name = parameter.getKey().toLowerCase(Locale.ROOT);
      List<JsonValue> refused = denied.get(name);
      if (refused != null && isOneOf(parameter.getValue(), refused)) {
        return false;
      }
      List<JsonValue> wanted = allowed.get(name);
      if (wanted == null ? !anyOther : !isOneOf(parameter.getValue(), wanted)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOneOf(JsonValue value, List<JsonValue> values) {
    if (values.isEmpty()) {
      return true;
    }
    for (JsonValue one : values) {
      if (matches(one, value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(JsonValue rule, JsonValue value) {
    return switch (rule) {
      case JsonString(String pattern) ->
          value instanceof JsonString(String text) && globs(pattern, text);
      case JsonNumber number -> value instanceof JsonNumber other && sameNumber(number, other);
      case JsonBoolean b -> b.equals(value);
      case JsonNull n -> n.equals(value);
      case JsonArray(List<JsonValue> items) ->
          value instanceof JsonArray(List<JsonValue> others) && sameItems(items, others);
      case JsonObject object -> value instanceof JsonObject other && sameMembers(object, other);
    };
  }

  /** A {@code *} at either end of {@code pattern} stands for any text; alone it is itself. */
  private static boolean globs(String pattern, String text) {
    boolean open = pattern.length() > 1;
    boolean before = open && pattern.startsWith("*");
    boolean behind = open && pattern.endsWith("*");
    if (before && behind) {
      return text.contains(pattern.substring(1, pattern.length() - 1));
    }
    if (before) {
      return text.endsWith(pattern.substring(1));
    }
    if (behind) {
      return text.startsWith(pattern.substring(0, pattern.length() - 1));
    }
    return text.equals(pattern);
  }

  private static boolean sameNumber(JsonNumber one, JsonNumber other) {
    if (one.equals(other)) {
      return true;
    }
    try {
      // Comparing does not expand exponents, so a client's 1e999999 costs nothing.
      return new BigDecimal(one.lexeme()).compareTo(new BigDecimal(other.lexeme())) == 0;
    } catch (NumberFormatException e) {
      return false; // an exponent beyond what BigDecimal has, and beyond any rule's
    }
  }

  private static boolean sameItems(List<JsonValue> some, List<JsonValue> others) {
    if (some.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < some.size(); i++) {
      if (!same(some.get(i), others.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameMembers(JsonObject one, JsonObject other) {
    if (one.members().size() != other.members().size()) {
      return false;
    }
    for (Map.Entry<String, JsonValue> member : one.members().entrySet()) {
      JsonValue counterpart = other.members().get(member.getKey());
      if (counterpart == null || !same(member.getValue(), counterpart)) {
        return false;
      }
    }
    return true;
  }

  /** As {@link #matches}, but without globs: they count at the top only. */
  private static boolean same(JsonValue one, JsonValue other) {
    return one instanceof JsonString ? one.equals(other) : matches(one, other);
  }
}
