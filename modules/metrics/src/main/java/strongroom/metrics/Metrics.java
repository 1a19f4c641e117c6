package strongroom.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * What is measured, by name. Whoever counts keeps the {@link Counter} or {@link Timing}; asking for
 * it by name and labels again gives the same one. Safe for all threads.
 */
public final class Metrics {
  /** More series of one name than this go into one whose labels say {@code other}. */
  public static final int SERIES_MAX = 500;

  private final Map<String, Counters> counters = new ConcurrentSkipListMap<>();
  private final Map<String, Timings> timings = new ConcurrentSkipListMap<>();
  private final Map<String, Gauges> gauges = new ConcurrentSkipListMap<>();

  /** Nothing is measured yet. */
  public Metrics() {}

  private record Counters(String help, Map<Labels, Counter> series) {}

  private record Timings(String help, Map<Labels, Timing> series) {}

  private record Gauges(String help, Supplier<List<Family.Series>> levels) {}

  /** The counter {@code name} with {@code labels}. */
  public Counter counter(String name, String help, Labels labels) {
    Counters family =
        counters.computeIfAbsent(
            requireName(name), _ -> new Counters(help, new ConcurrentHashMap<>()));
    Counter known = family.series().get(labels);
    return known != null
        ? known
        : family.series().computeIfAbsent(bounded(family.series(), labels), _ -> new Counter());
  }

  /** The times {@code name} with {@code labels}. */
  public Timing timing(String name, String help, Labels labels) {
    Timings family =
        timings.computeIfAbsent(
            requireName(name), _ -> new Timings(help, new ConcurrentHashMap<>()));
    Timing known = family.series().get(labels);
    return known != null
        ? known
        : family.series().computeIfAbsent(bounded(family.series(), labels), _ -> new Timing());
  }

  /**
   * Levels that are asked for when somebody looks.
   *
   * @param levels must answer from memory
   */
  public void gauges(String name, String help, Supplier<List<Family.Series>> levels) {
    gauges.put(requireName(name), new Gauges(help, levels));
  }

  private static Labels bounded(Map<Labels, ?> series, Labels labels) {
    return series.size() < SERIES_MAX ? labels : labels.other();
  }

  private static String requireName(String name) {
    if (!name.matches("[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is no name of a metric: lower-case letters, digits and _");
    }
    return name;
  }

  /** All that has been measured, by kind and then by name. */
  public List<Family> read() {
    List<Family> families = new ArrayList<>();
    counters.forEach(
        (name, family) ->
            families.add(
                new Family(
                    name,
                    family.help(),
                    Family.Kind.COUNTER,
                    sorted(
                        family.series().entrySet().stream()
                            .map(
                                e ->
                                    new Family.Series(
                                        e.getKey(), new Family.Value.Count(e.getValue().count())))
                            .toList()))));
    timings.forEach(
        (name, family) ->
            families.add(
                new Family(
                    name,
                    family.help(),
                    Family.Kind.TIMING,
                    sorted(
                        family.series().entrySet().stream()
                            .map(e -> new Family.Series(e.getKey(), e.getValue().read()))
                            .toList()))));
    gauges.forEach(
        (name, family) ->
            families.add(
                new Family(name, family.help(), Family.Kind.GAUGE, sorted(family.levels().get()))));
    return families;
  }

  private static List<Family.Series> sorted(List<Family.Series> series) {
    List<Family.Series> sorted = new ArrayList<>(series);
    sorted.sort((a, b) -> a.labels().toString().compareTo(b.labels().toString()));
    return sorted;
  }
}
