package strongroom.system;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.Engine;
import strongroom.engine.EngineStorage;
import strongroom.managed.keys.ManagedKeys;
import strongroom.mount.MountStorage;
import strongroom.mount.MountTable;
import strongroom.policy.Acl;
import strongroom.policy.PolicyStore;
import strongroom.quota.Quotas;
import strongroom.storage.Transaction;
import strongroom.token.Rights;
import strongroom.token.TokenStore;
import strongroom.token.WrappingStore;

/** The endpoints below {@code sys/} that need an unsealed node. */
public final class SystemEngine implements Engine {
  private final List<Endpoint> endpoints;

  /**
   * What the endpoints work on.
   *
   * @param rights what tokens may do
   * @param entities counts the entities
   * @param random for mounts' accessors and {@code sys/tools/random}
   * @param version what this server reports itself as
   * @param nodeEndpoints what is answered below {@code sys/} besides
   */
  public record Parts(
      MountTable mounts,
      PolicyStore policies,
      Rights rights,
      TokenStore tokens,
      WrappingStore wrapping,
      Quotas quotas,
      IntSupplier entities,
      SecureRandom random,
      String version,
      Supplier<List<Endpoint>> nodeEndpoints) {
    /**
     * What the token of {@code call} allows, on an endpoint that needs none; empty where it has no
     * good one.
     */
    Optional<Acl> acl(Call call) {
      return tokens
          .lookup(call.request().token())
          .filter(
              token ->
                  token.grant().boundCidrs().isEmpty()
                      || call.client().address().filter(token::allows).isPresent())
          .map(rights::of);
    }
  }

  /** Declares all endpoints on {@code parts} and {@code managedKeys}. */
  public SystemEngine(Parts parts, ManagedKeys managedKeys) {
    List<Endpoint> all = new ArrayList<>();
    all.addAll(new MountPaths(parts, false).endpoints());
    all.addAll(new MountPaths(parts, true).endpoints());
    all.addAll(new RemountPaths(parts).endpoints());
    all.addAll(new UiPaths(parts).endpoints());
    all.addAll(new SpecPaths(parts).endpoints());
    all.addAll(new CounterPaths(parts).endpoints());
    all.addAll(new PolicyPaths(parts).endpoints());
    all.addAll(new PasswordPolicyPaths(parts).endpoints());
    all.addAll(new CapabilityPaths(parts).endpoints());
    all.addAll(new WrappingPaths(parts).endpoints());
    all.addAll(new ToolPaths(parts).endpoints());
    all.addAll(new QuotaPaths(parts).endpoints());
    all.addAll(new CatalogPaths(parts).endpoints());
    ManagedKeyNames names = new ManagedKeyNames(parts.mounts(), parts.random());
    all.addAll(new ManagedKeyPaths(managedKeys, names, parts.random()).endpoints());
    all.addAll(new ExternalKeyPaths(managedKeys.external(), names).endpoints());
    endpoints = List.copyOf(all);
  }

  @Override
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  /** The transaction that {@code call} writes to. */
  static Transaction transaction(Call call) {
    EngineStorage storage = call.storage();
    return MountStorage.transactionOf(storage);
  }
}
