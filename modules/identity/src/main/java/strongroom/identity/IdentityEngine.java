package strongroom.identity;

import java.util.List;
import java.util.stream.Stream;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.Engine;
import strongroom.storage.Transaction;

/** Answers {@code identity/}: entities, their aliases, groups, and who is who. */
public final class IdentityEngine implements Engine {
  /** Where identities are kept is the server's own part of storage, not the mount's. */
  @FunctionalInterface
  public interface TransactionOf {
    /** The transaction that {@code call} writes to. */
    Transaction of(Call call);
  }

  private final List<Endpoint> endpoints;

  /** Works on {@code store}, within the transaction that {@code transactions} tells. */
  public IdentityEngine(IdentityStore store, TransactionOf transactions) {
    endpoints =
        Stream.of(
                new EntityPaths(store, transactions).endpoints(),
                new EntityAliasPaths(store, transactions).endpoints(),
                new GroupPaths(store, transactions).endpoints(),
                new GroupAliasPaths(store, transactions).endpoints(),
                new LookupPaths(store, transactions).endpoints())
            .flatMap(List::stream)
            .toList();
  }

  @Override
  public List<Endpoint> endpoints() {
    return endpoints;
  }
}
