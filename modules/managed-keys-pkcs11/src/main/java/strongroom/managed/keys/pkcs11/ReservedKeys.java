package strongroom.managed.keys.pkcs11;

import java.util.HashSet;
import java.util.Set;
import strongroom.hsm.HsmKey;

/**
 * Keys of an HSM that are no managed keys, because they protect the root key: who may define
 * managed keys could otherwise have the root key decrypted. By label and id, in whatever HSM token,
 * since two configurations may name the same one in different ways.
 *
 * @param labels their labels
 * @param ids their ids in lower-case hex
 */
public record ReservedKeys(Set<String> labels, Set<String> ids) {
  /** None. */
  public static final ReservedKeys NONE = new ReservedKeys(Set.of(), Set.of());

  /** Keeps copies. */
  public ReservedKeys {
    labels = Set.copyOf(labels);
    ids = Set.copyOf(ids);
  }

  /** These and {@code others}. */
  public ReservedKeys and(ReservedKeys others) {
    Set<String> allLabels = new HashSet<>(labels);
    allLabels.addAll(others.labels);
    Set<String> allIds = new HashSet<>(ids);
    allIds.addAll(others.ids);
    return new ReservedKeys(allLabels, allIds);
  }

  boolean contains(HsmKey key) {
    return labels.contains(key.label()) || ids.contains(key.id());
  }

  boolean containsLabel(String label) {
    return labels.contains(label);
  }
}
