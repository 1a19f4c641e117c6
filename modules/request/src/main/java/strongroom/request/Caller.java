package strongroom.request;

import java.util.Optional;
import strongroom.engine.Call;
import strongroom.policy.Acl;
import strongroom.token.TokenEntry;

/**
 * Who asks.
 *
 * @param token what is known of the token; empty where the endpoint needs none
 * @param acl what it allows
 */
record Caller(Optional<TokenEntry> token, Acl acl) {
  Optional<Call.Caller> forEngine() {
    return token.map(
        entry ->
            new Call.Caller(
                entry.id(),
                entry.accessor(),
                entry.grant().displayName(),
                entry.grant().entityId(),
                entry.root()));
  }

  /** Whether its uses are counted, so that asking is already a write. */
  boolean counted() {
    return token.isPresent() && token.get().usesLeft() > 0;
  }
}
