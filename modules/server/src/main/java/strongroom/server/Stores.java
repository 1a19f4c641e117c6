package strongroom.server;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import strongroom.barrier.Barrier;
import strongroom.identity.AuthMounts;
import strongroom.identity.IdentityStore;
import strongroom.identity.Login;
import strongroom.mount.MountTable;
import strongroom.policy.PolicyStore;
import strongroom.storage.Storage;
import strongroom.storage.Transaction;
import strongroom.token.EntityAliases;
import strongroom.token.Rights;
import strongroom.token.TokenStore;
import strongroom.token.WrappingStore;

/**
 * What is kept of policies, identities and tokens, one an unsealing.
 *
 * @param rights what tokens may do, by all of these
 */
record Stores(
    PolicyStore policies,
    IdentityStore identities,
    Rights rights,
    TokenStore tokens,
    WrappingStore wrapping)
    implements EntityAliases {

  /** The auth methods, as soon as there is a table of mounts: it knows engines, and they this. */
  static final class Accessors implements AuthMounts {
    private volatile @Nullable MountTable mounts;

    void bind(MountTable table) {
      mounts = table;
    }

    @Override
    public Optional<AuthMount> byAccessor(String accessor) {
      MountTable table = mounts;
      return table == null
          ? Optional.empty()
          : table.authMounts().stream()
              .filter(entry -> entry.accessor().equals(accessor))
              .findFirst()
              .map(entry -> new AuthMount(entry.path(), entry.type(), entry.local()));
    }
  }

  /** What {@code barrier} keeps. */
  static Stores open(Storage barrier, String cubbyhole, AuthMounts mounts, Barrier.Source source) {
    PolicyStore policies = new PolicyStore(barrier);
    IdentityStore identities = new IdentityStore(barrier, mounts, source.clock(), source.random());
    TokenStore tokens = new TokenStore(barrier, cubbyhole, source.clock(), source.random());
    return new Stores(
        policies,
        identities,
        new Rights(policies, identities, barrier),
        tokens,
        new WrappingStore(tokens, cubbyhole));
  }

  @Override
  public String entityId(Transaction transaction, String mountAccessor, String alias) {
    return identities.login(transaction, Login.by(mountAccessor, alias)).entityId();
  }
}
