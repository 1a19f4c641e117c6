package strongroom.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;

/**
 * What one or several policies say of one path.
 *
 * @param capabilities bits of {@link Capability#bit}
 * @param allowed parameter names in lower case, or {@code *}, to the values allowed; no values means
 *     any. Empty: all parameters are allowed
 * @param denied likewise; no values means that the parameter is not allowed at all
 * @param required parameters that must be there
 * @param minWrappingTtl the answer must be wrapped at least so long
 * @param maxWrappingTtl the answer must be wrapped at most so long
 */
record Rule(
    int capabilities,
    Map<String, List<String>> allowed,
    Map<String, List<String>> denied,
    List<String> required,
    Optional<Duration> minWrappingTtl,
    Optional<Duration> maxWrappingTtl) {

  static Rule of(int capabilities) {
    return new Rule(
        capabilities, Map.of(), Map.of(), List.of(), Optional.empty(), Optional.empty());
  }

  boolean denies() {
    return (capabilities & Capability.DENY.bit()) != 0;
  }

  /** Whether any part of the rule asks for more than its capabilities. */
  boolean plain() {
    return allowed.isEmpty()
        && denied.isEmpty()
        && required.isEmpty()
        && minWrappingTtl.isEmpty()
        && maxWrappingTtl.isEmpty();
  }

  /** What both say together: the union, but that a denial wins over everything. */
  Rule merge(Rule other) {
    if (denies() || other.denies()) {
      return of(Capability.DENY.bit());
    }
    return new Rule(
        capabilities | other.capabilities,
        union(allowed, other.allowed),
        union(denied, other.denied),
        concat(required, other.required),
        earlier(minWrappingTtl, other.minWrappingTtl),
        later(maxWrappingTtl, other.maxWrappingTtl));
  }

  boolean allows(Operation operation, JsonObject body, Optional<Duration> wrapTtl) {
    return wrappingFits(wrapTtl) && (!takesParameters(operation) || parametersFit(body));
  }

  private static boolean takesParameters(Operation operation) {
    return operation == Operation.CREATE
        || operation == Operation.UPDATE
        || operation == Operation.PATCH;
  }

  private boolean wrappingFits(Optional<Duration> wrapTtl) {
    // Wrapping asked for by a bound: an answer that is not wrapped counts as wrapped for no time.
    Duration ttl = wrapTtl.orElse(Duration.ZERO);
    boolean longEnough = minWrappingTtl.isEmpty() || ttl.compareTo(minWrappingTtl.get()) >= 0;
    boolean shortEnough =
        maxWrappingTtl.isEmpty() || (!ttl.isZero() && ttl.compareTo(maxWrappingTtl.get()) <= 0);
    return longEnough && shortEnough;
  }

  private boolean parametersFit(JsonObject body) {
    Map<String, JsonValue> given = new HashMap<>();
    body.members().forEach((name, value) -> given.put(Policy.lower(name), value));
    if (!given.keySet().containsAll(required)) {
      return false;
    }
    if (given.isEmpty()) {
      return true;
    }
    if (denied.containsKey("*")) {
      return false;
    }
    for (Map.Entry<String, JsonValue> parameter : given.entrySet()) {
      List<String> values = denied.get(parameter.getKey());
      if (values != null && (values.isEmpty() || matchesAny(values, parameter.getValue()))) {
        return false;
      }
    }
    if (allowed.isEmpty()) {
      return true;
    }
    boolean others = allowed.containsKey("*");
    for (Map.Entry<String, JsonValue> parameter : given.entrySet()) {
      List<String> values = allowed.get(parameter.getKey());
      if (values == null ? !others : !values.isEmpty() && !matchesAny(values, parameter.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static boolean matchesAny(List<String> patterns, JsonValue value) {
    String text =
        switch (value) {
          case JsonString(String s) -> s;
          case JsonNumber(String lexeme) -> lexeme;
          case JsonBoolean(boolean b) -> Boolean.toString(b);
          case JsonArray array -> new String(Json.toBytes(array), UTF_8);
          case JsonObject object -> new String(Json.toBytes(object), UTF_8);
          case JsonNull none -> "";
        };
    return patterns.stream().anyMatch(pattern -> glob(pattern, text));
  }

  /** A star at either end stands for any text. */
  static boolean glob(String pattern, String text) {
    boolean open = pattern.startsWith("*");
    boolean ended = pattern.length() > 1 && pattern.endsWith("*");
    if (pattern.equals("*")) {
      return true;
    }
    String core = pattern.substring(open ? 1 : 0, pattern.length() - (ended ? 1 : 0));
    if (open && ended) {
      return text.contains(core);
    }
    if (open) {
      return text.endsWith(core);
    }
    return ended ? text.startsWith(core) : text.equals(core);
  }

  private static Map<String, List<String>> union(
      Map<String, List<String>> left, Map<String, List<String>> right) {
    if (left.isEmpty()) {
      return right;
    }
    Map<String, List<String>> both = new LinkedHashMap<>(left);
    right.forEach(
        (name, values) ->
            both.merge(
                name,
                values,
                // No values means any, which takes in every list of values.
                (a, b) -> a.isEmpty() || b.isEmpty() ? List.of() : concat(a, b)));
    return Map.copyOf(both);
  }

  private static <T> List<T> concat(List<T> left, List<T> right) {
    if (right.isEmpty() || left.equals(right)) {
      return left;
    }
    List<T> both = new ArrayList<>(left);
    both.addAll(right);
    return List.copyOf(both);
  }

  private static Optional<Duration> earlier(Optional<Duration> a, Optional<Duration> b) {
    return a.isEmpty() ? b : b.isEmpty() ? a : Optional.of(a.get().compareTo(b.get()) < 0 ? a.get() : b.get());
  }

  private static Optional<Duration> later(Optional<Duration> a, Optional<Duration> b) {
    return a.isEmpty() ? b : b.isEmpty() ? a : Optional.of(a.get().compareTo(b.get()) > 0 ? a.get() : b.get());
  }
}
