package strongroom.token;

import strongroom.storage.Transaction;

/** Knows the entities behind aliases. A port: tokens do not know what keeps identities. */
@FunctionalInterface
public interface EntityAliases {
  /**
   * The id of the entity that {@code alias} names at the mount with {@code mountAccessor}; made in
   * {@code transaction} where there is none.
   *
   * @throws strongroom.logical.RefusedException where the entity is disabled
   */
  String entityId(Transaction transaction, String mountAccessor, String alias);
}
