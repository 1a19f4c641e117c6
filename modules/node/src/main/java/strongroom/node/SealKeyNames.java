package strongroom.node;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How keys of HSMs are named that protect the root key, or have done so.
 *
 * @param labels their labels
 * @param ids their ids in lower-case hex
 */
public record SealKeyNames(Set<String> labels, Set<String> ids) {
  static final SealKeyNames NONE = new SealKeyNames(Set.of(), Set.of());

  /** Keeps copies. */
  public SealKeyNames {
    labels = Set.copyOf(labels);
    ids = Set.copyOf(ids);
  }

  SealKeyNames and(SealKeyNames other) {
    Set<String> allLabels = new HashSet<>(labels);
    allLabels.addAll(other.labels);
    Set<String> allIds = new HashSet<>(ids);
    allIds.addAll(other.ids);
    return new SealKeyNames(allLabels, allIds);
  }

  /** What a seal tells of a blob. */
  static SealKeyNames in(Map<String, String> details) {
    return new SealKeyNames(
        given(details, "key_label", "hmac_key_label"), given(details, "key_id", "hmac_key_id"));
  }

  private static Set<String> given(Map<String, String> details, String... names) {
    Set<String> values = new HashSet<>();
    for (String name : names) {
      String value = details.getOrDefault(name, "");
      if (!value.isEmpty()) {
        values.add(value);
      }
    }
    return values;
  }
}
