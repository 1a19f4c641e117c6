package strongroom.policy;

import java.time.Duration;
import java.util.Optional;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;

/**
 * What is granted on a path, by one stanza or by several merged.
 *
 * @param bits the capabilities by {@link Capability#bit}; {@link Capability#DENY} stands alone
 * @param parameters which parameters a request may have
 * @param minWrappingTtl the least lifetime a wrapped answer must have, where one is set
 * @param maxWrappingTtl the longest lifetime a wrapped answer may have, where one is set
 */
record Grant(
    int bits,
    ParameterRules parameters,
    Optional<Duration> minWrappingTtl,
    Optional<Duration> maxWrappingTtl) {

  static final Grant DENIED =
      new Grant(Capability.DENY.bit(), ParameterRules.NONE, Optional.empty(), Optional.empty());

  boolean denied() {
    return (bits & Capability.DENY.bit()) != 0;
  }

  /** Whether anything is granted. */
  boolean grantsAnything() {
    return bits != 0 && !denied();
  }

  /** Both for the same path: all capabilities of both, deny before all, the shorter lifetimes. */
  Grant and(Grant other) {
    if (denied() || other.denied()) {
      return DENIED;
    }
    return new Grant(
        bits | other.bits,
        parameters.and(other.parameters),
        shorter(minWrappingTtl, other.minWrappingTtl),
        shorter(maxWrappingTtl, other.maxWrappingTtl));
  }

  private static Optional<Duration> shorter(Optional<Duration> one, Optional<Duration> other) {
    if (one.isEmpty()) {
      return other;
    }
    return other.filter(o -> o.compareTo(one.get()) < 0).or(() -> one);
  }

  boolean allows(Operation operation, JsonObject body, Optional<Duration> wrapTtl, boolean sudo) {
    int needed =
        switch (operation) {
          case READ -> Capability.READ.bit();
          case LIST -> Capability.LIST.bit();
          case CREATE -> Capability.CREATE.bit();
          case UPDATE -> Capability.UPDATE.bit();
          case PATCH -> Capability.PATCH.bit();
          case DELETE -> Capability.DELETE.bit();
          case HELP -> 0;
        };
    if (sudo) {
      needed |= Capability.SUDO.bit();
    }
    return !denied()
        && (bits & needed) == needed
        && allowsWrapping(wrapTtl)
        && (parameters.isEmpty() || !hasParameters(operation) || parameters.allows(body));
  }

  /** Merged stanzas may ask for more than the longest: then nothing fits. */
  private boolean allowsWrapping(Optional<Duration> wrapTtl) {
    boolean longEnough =
        minWrappingTtl.isEmpty()
            || (wrapTtl.isPresent() && wrapTtl.get().compareTo(minWrappingTtl.get()) >= 0);
    boolean shortEnough =
        maxWrappingTtl.isEmpty()
            || (wrapTtl.isPresent() && wrapTtl.get().compareTo(maxWrappingTtl.get()) <= 0);
    return longEnough && shortEnough;
  }

  private static boolean hasParameters(Operation operation) {
    return switch (operation) {
      case READ, CREATE, UPDATE, PATCH -> true;
      case LIST, DELETE, HELP -> false;
    };
  }
}
