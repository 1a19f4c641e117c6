package strongroom.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An engine's endpoints, to be found by path: first by the path's first part, then in the order of
 * their declaration. Immutable.
 */
public final class EndpointTable {
  private final List<Endpoint> all;
  private final Map<String, List<Endpoint>> byFirstPart = new HashMap<>();
  private final List<Endpoint> others;

  /** A table of {@code endpoints}. */
  public EndpointTable(List<Endpoint> endpoints) {
    all = List.copyOf(endpoints);
    others = endpoints.stream().filter(e -> firstPart(e).startsWith("{")).toList();
    for (Endpoint endpoint : endpoints) {
      String first = firstPart(endpoint);
      if (!first.startsWith("{")) {
        byFirstPart.computeIfAbsent(first, key -> candidates(endpoints, key));
      }
    }
  }

  private static List<Endpoint> candidates(List<Endpoint> endpoints, String first) {
    List<Endpoint> candidates = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      String own = firstPart(endpoint);
      if (own.equals(first) || own.startsWith("{")) {
        candidates.add(endpoint);
      }
    }
    return List.copyOf(candidates);
  }

  private static String firstPart(Endpoint endpoint) {
    return firstPart(endpoint.pattern().toString());
  }

  private static String firstPart(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  /**
   * An endpoint with what the path says for its pattern.
   *
   * @param parameters the parts that the pattern names
   */
  public record Match(Endpoint endpoint, Map<String, String> parameters) {}

  /** The first endpoint whose pattern matches {@code path}, which is relative to the mount. */
  public Optional<Match> find(String path) {
    for (Endpoint endpoint : byFirstPart.getOrDefault(firstPart(path), others)) {
      Optional<Map<String, String>> parameters = endpoint.pattern().match(path);
      if (parameters.isPresent()) {
        return Optional.of(new Match(endpoint, parameters.get()));
      }
    }
    return Optional.empty();
  }

  /** All endpoints, in the order of their declaration. */
  public List<Endpoint> all() {
    return all;
  }
}
