package strongroom.metrics;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What tells one series of a name from the others, in the order of the labels' names.
 *
 * @param values by name
 */
public record Labels(SortedMap<String, String> values) {
  /** No label. */
  public static final Labels NONE = new Labels(new TreeMap<>());

  /** Keeps a copy. */
  public Labels {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** One label. */
  public static Labels of(String name, String value) {
    return new Labels(new TreeMap<>(Map.of(name, value)));
  }

  /** This and one label more. */
  public Labels and(String name, String value) {
    SortedMap<String, String> more = new TreeMap<>(values);
    more.put(name, value);
    return new Labels(more);
  }

  /** The same names, all with the value {@code other}. */
  Labels other() {
    SortedMap<String, String> others = new TreeMap<>();
    values.keySet().forEach(name -> others.put(name, "other"));
    return new Labels(others);
  }
}
