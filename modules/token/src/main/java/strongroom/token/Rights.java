package strongroom.token;

import java.util.List;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.policy.Acl;
import strongroom.policy.Holder;
import strongroom.policy.Holders;
import strongroom.policy.PolicyStore;
import strongroom.storage.NotInMemoryException;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Storage;

/**
 * What tokens may do: by their own policies, and by those of the identity behind them as they are
 * now. A token whose identity is disabled or gone may do nothing.
 */
public final class Rights {
  private final PolicyStore policies;
  private final Holders holders;
  private final Storage barrier;

  /**
   * By {@code policies} and {@code holders}.
   *
   * @param barrier where identities are looked for when nobody says how much of it
   */
  public Rights(PolicyStore policies, Holders holders, Storage barrier) {
    this.policies = policies;
    this.holders = holders;
    this.barrier = barrier;
  }

  /**
   * What {@code token} may do.
   *
   * @param from the barrier, or as much of it as is in memory
   * @throws RefusedException where its identity is disabled or gone
   * @throws NotInMemoryException where {@code from} is not enough
   */
  public Acl of(TokenEntry token, ReadableStorage from) {
    TokenEntry.Grant grant = token.grant();
    if (grant.entityId().isEmpty()) {
      return policies.aclFor(grant.policies());
    }
    Holder holder =
        holders
            .find(grant.entityId(), from)
            .orElseThrow(
                () -> Refusal.denied("permission denied as the entity on the token is invalid"));
    if (holder.disabled()) {
      throw Refusal.denied("permission denied as the entity on the token is disabled");
    }
    return policies.aclFor(grant.policies(), holder);
  }

  /** The same, where the thread may wait. */
  public Acl of(TokenEntry token) {
    return of(token, barrier);
  }

  /** The policies that {@code token} has by its identity, in order. */
  public List<String> byIdentity(TokenEntry token) {
    return byIdentity(token, barrier);
  }

  /**
   * The same.
   *
   * @param from the barrier, or as much of it as is in memory
   * @throws NotInMemoryException where {@code from} is not enough
   */
  public List<String> byIdentity(TokenEntry token, ReadableStorage from) {
    String entityId = token.grant().entityId();
    return entityId.isEmpty()
        ? List.of()
        : holders.find(entityId, from).map(Holder::policies).orElse(List.of());
  }

  PolicyStore policies() {
    return policies;
  }
}
