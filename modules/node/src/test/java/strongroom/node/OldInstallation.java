package strongroom.node;

import java.util.List;
import java.util.Optional;
import strongroom.barrier.Barrier;
import strongroom.seal.SealRecord;
import strongroom.seal.ShamirSeal;
import strongroom.seal.Split;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.Storage;

/** A data folder as versions before seal wrap made it: its root key has no wrap key. */
final class OldInstallation {
  /** How its unseal key is shared out, where key shares unseal it. */
  static final Split SPLIT = new Split(3, 2, List.of());

  private OldInstallation() {}

  /** Makes one in the storage of {@code nodes} and returns the shares of its unseal key, if any. */
  static List<KeyShare> make(Nodes nodes, Protection protection) {
    nodes.hsm.makeKey();
    NodeParts parts = nodes.parts(protection, Leadership.ALONE);
    boolean shared = protection.takesShares();
    try (SecretBytes rootKey = SecretBytes.random(ShamirSeal.KEY_LENGTH, parts.random());
        SecretBytes unsealKey = SecretBytes.random(ShamirSeal.KEY_LENGTH, parts.random());
        Barrier barrier = Barrier.create(nodes.storage, rootKey, parts.barrier())) {
      ClusterRecord.create(barrier, "old", parts.random());
      nodes.services.bootstrap(barrier);
      SealRecord record =
          SealRecord.of(
              shared ? Optional.of(SPLIT) : Optional.empty(),
              Optional.empty(),
              new RootKeys(parts)
                  .wrap(
                      1,
                      rootKey,
                      shared ? Optional.of(unsealKey) : Optional.empty(),
                      RootKeys.Quota.ALL),
              List.of());
      Storage storage = nodes.storage;
      storage.commit(new Batch().put(SealRecords.PATH, record.toBytes()));
      return shared
          ? KeyShares.issue(unsealKey, new SharePlan(SPLIT, List.of()), parts.random())
          : List.of();
    }
  }
}
