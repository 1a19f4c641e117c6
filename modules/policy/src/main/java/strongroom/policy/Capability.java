package strongroom.policy;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a policy grants on a path. The wire name is the constant's in lower case. */
public enum Capability {
  /** Nothing at all, whatever else is granted. */
  DENY,
  /** To write where nothing is yet. */
  CREATE,
  /** To read. */
  READ,
  /** To write. */
  UPDATE,
  /** To delete. */
  DELETE,
  /** To list names. */
  LIST,
  /** To use paths that are root-protected, beside the operation's own capability. */
  SUDO,
  /** To change part of what is there. */
  PATCH,
  /** To subscribe to events. */
  SUBSCRIBE,
  /** To recover a secret from a snapshot. */
  RECOVER,
  /** To list names through all folders. */
  SCAN;

  private static final Map<String, Capability> BY_NAME =
      Stream.of(values()).collect(Collectors.toMap(Capability::wireName, Function.identity()));

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The name in policies and answers. */
  public String wireName() {
    return wireName;
  }

  /** The capability of the wire name {@code name}. */
  public static Optional<Capability> of(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** All wire names. */
  static List<String> wireNames() {
    return Stream.of(values()).map(Capability::wireName).toList();
  }

  @SuppressWarnings("EnumOrdinal") // bits live in memory only
  int bit() {
    return 1 << ordinal();
  }

  static int bits(Capability... capabilities) {
    int bits = 0;
    for (Capability capability : capabilities) {
      bits |= capability.bit();
    }
    return bits;
  }

  static Set<Capability> ofBits(int bits) {
    EnumSet<Capability> set = EnumSet.noneOf(Capability.class);
    for (Capability capability : values()) {
      if ((bits & capability.bit()) != 0) {
        set.add(capability);
      }
    }
    return Collections.unmodifiableSet(set);
  }
}
