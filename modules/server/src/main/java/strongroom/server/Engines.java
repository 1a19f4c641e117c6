package strongroom.server;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.Engine;
import strongroom.engine.cubbyhole.CubbyholeEngine;
import strongroom.engine.kv.KvEngine;
import strongroom.engine.transit.TransitEngine;
import strongroom.identity.IdentityEngine;
import strongroom.managed.keys.ExternalKeys;
import strongroom.managed.keys.ManagedKey;
import strongroom.managed.keys.ManagedKeys;
import strongroom.mount.EngineFactory;
import strongroom.mount.EngineTypes;
import strongroom.mount.MountEntry;
import strongroom.mount.MountStorage;
import strongroom.mount.MountTable;
import strongroom.quota.Quotas;
import strongroom.storage.Transaction;
import strongroom.system.SystemEngine;
import strongroom.token.TokenEngine;

/** Which engines there are, and what each is made of. One a unsealing. */
final class Engines {
  private final Stores stores;
  private final Quotas quotas;
  private final ManagedKeys managedKeys;
  private final SecureRandom random;
  private final Supplier<List<Endpoint>> nodeEndpoints;

  /** Bound once, before any engine is made: the table makes engines, and sys/ changes the table. */
  private @Nullable MountTable mounts;

  Engines(
      Stores stores,
      Quotas quotas,
      ManagedKeys managedKeys,
      SecureRandom random,
      Supplier<List<Endpoint>> nodeEndpoints) {
    this.stores = stores;
    this.quotas = quotas;
    this.managedKeys = managedKeys;
    this.nodeEndpoints = nodeEndpoints;
    this.random = random;
  }

  EngineTypes types() {
    return new EngineTypes(
        Map.of(
            "kv",
            Engines::kv,
            "cubbyhole",
            (entry, context) -> new CubbyholeEngine(),
            "transit",
            this::transit,
            "system",
            (entry, context) -> system(),
            "identity",
            (entry, context) -> new IdentityEngine(stores.identities(), Engines::transaction)),
        Map.of(
            "token",
            (entry, context) ->
                new TokenEngine(stores.tokens(), stores.rights(), stores, Engines::transaction)));
  }

  private static Transaction transaction(Call call) {
    return MountStorage.transactionOf(call.storage());
  }

  void bind(MountTable table) {
    mounts = table;
  }

  private MountTable table() {
    MountTable table = mounts;
    if (table == null) {
      throw new IllegalStateException("the table of mounts is bound before it is started");
    }
    return table;
  }

  private Engine system() {
    return new SystemEngine(
        new SystemEngine.Parts(
            table(),
            stores.policies(),
            stores.rights(),
            stores.tokens(),
            stores.wrapping(),
            quotas,
            stores.identities()::entityCount,
            random,
            Version.REPORTED,
            nodeEndpoints),
        managedKeys);
  }

  private Engine transit(MountEntry entry, EngineFactory.Context context) {
    return new TransitEngine(random, this::managedKey, context.clock(), context::inTransaction);
  }

  /** The managed key {@code name}, where the call's mount may use it as it is set now. */
  private Optional<ManagedKey> managedKey(Call call, String name) {
    Transaction transaction = transaction(call);
    Optional<ExternalKeys.Name> external = ExternalKeys.Name.parse(name);
    if (external.isPresent()) {
      return managedKeys.external().openFor(call.mount().path(), transaction, external.get());
    }
    List<String> allowed =
        table()
            .find(call.mount().path())
            .map(entry -> entry.settings().allowedManagedKeys())
            .orElse(List.of());
    return managedKeys.openFor(allowed, transaction, name);
  }

  private static Engine kv(MountEntry entry, EngineFactory.Context context) {
    return "2".equals(entry.options().get("version"))
        ? KvEngine.version2(context.clock(), context::inTransaction)
        : KvEngine.version1();
  }
}
