package strongroom.server;

import java.security.SecureRandom;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import strongroom.engine.Engine;
import strongroom.engine.cubbyhole.CubbyholeEngine;
import strongroom.engine.kv.KvEngine;
import strongroom.managed.keys.ManagedKeys;
import strongroom.mount.EngineFactory;
import strongroom.mount.EngineTypes;
import strongroom.mount.MountEntry;
import strongroom.mount.MountStorage;
import strongroom.mount.MountTable;
import strongroom.policy.PolicyStore;
import strongroom.system.SystemEngine;
import strongroom.token.TokenEngine;
import strongroom.token.TokenStore;
import strongroom.token.WrappingStore;

/** Which engines there are, and what each is made of. One a unsealing. */
final class Engines {
  private final PolicyStore policies;
  private final TokenStore tokens;
  private final WrappingStore wrapping;
  private final ManagedKeys managedKeys;
  private final SecureRandom random;

  /** Bound once, before any engine is made: the table makes engines, and sys/ changes the table. */
  private @Nullable MountTable mounts;

  Engines(
      PolicyStore policies,
      TokenStore tokens,
      WrappingStore wrapping,
      ManagedKeys managedKeys,
      SecureRandom random) {
    this.managedKeys = managedKeys;
    this.policies = policies;
    this.tokens = tokens;
    this.wrapping = wrapping;
    this.random = random;
  }

  EngineTypes types() {
    return new EngineTypes(
        Map.of(
            "kv", Engines::kv,
            "cubbyhole", (entry, context) -> new CubbyholeEngine(),
            "system", (entry, context) -> system()),
        Map.of(
            "token",
            (entry, context) ->
                new TokenEngine(
                    tokens, policies, call -> MountStorage.transactionOf(call.storage()))));
  }

  void bind(MountTable table) {
    mounts = table;
  }

  private Engine system() {
    MountTable table = mounts;
    if (table == null) {
      throw new IllegalStateException("the table of mounts is bound before it is started");
    }
    return new SystemEngine(
        new SystemEngine.Parts(table, policies, tokens, wrapping, random, Version.REPORTED),
        managedKeys);
  }

  private static Engine kv(MountEntry entry, EngineFactory.Context context) {
    return "2".equals(entry.options().get("version"))
        ? KvEngine.version2(context.clock(), context::inTransaction)
        : KvEngine.version1();
  }
}
