package strongroom.request;

import org.jspecify.annotations.Nullable;
import strongroom.logical.Request;

/**
 * A request that may go on to its endpoint, and what is known of it before anything is done.
 *
 * @param parts null while the node is not unsealed
 * @param trail null where nothing is recorded
 */
record Asked(
    Request request, Target target, Caller caller, @Nullable Active parts, @Nullable Trail trail) {

  /** Whether it is a read that nothing but memory is needed for. */
  boolean readsMemory() {
    return !request.operation().writes()
        && request.wrapTtl().isEmpty()
        && !caller.counted()
        && !target.endpoint().blocking();
  }
}
