package strongroom.ceremony;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that was done to the keys, as whoever does it tells it.
 *
 * @param kind what
 * @param details more of it, by names in snake_case; never a secret
 */
public record CeremonyEvent(CeremonyKind kind, SortedMap<String, String> details) {
  /** Keeps a copy. */
  public CeremonyEvent {
    details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
  }

  /** Without details. */
  public static CeremonyEvent of(CeremonyKind kind) {
    return new CeremonyEvent(kind, new TreeMap<>());
  }

  /** The same with one detail more; empty text is left out. */
  public CeremonyEvent with(String name, String value) {
    if (value.isEmpty()) {
      return this;
    }
    SortedMap<String, String> more = new TreeMap<>(details);
    more.put(name, value);
    return new CeremonyEvent(kind, more);
  }

  /** The same with one detail more. */
  public CeremonyEvent with(String name, long value) {
    return with(name, Long.toString(value));
  }
}
