package strongroom.node;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.barrier.BarrierFault;
import strongroom.logical.Refusal;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/**
 * What the restoring of a snapshot needs of the node: whether it can open the snapshot, asked
 * before anything is touched, and the change from what is there to what was restored.
 */
public final class Restoration {
  /** What a snapshot is opened by. Neither is encrypted by the barrier. */
  public static final List<String> NEEDED = List.of(SealRecords.PATH, SealRecords.KEYRING_PATH);

  private static final Logger log = LoggerFactory.getLogger(Restoration.class);

  private final NodeParts parts;
  private final StateCell cell;
  private final Reopening reopening;
  private final Runnable forgetAttempts;
  private final Runnable wake;

  Restoration(
      NodeParts parts,
      StateCell cell,
      Reopening reopening,
      Runnable forgetAttempts,
      Runnable wake) {
    this.parts = parts;
    this.cell = cell;
    this.reopening = reopening;
    this.forgetAttempts = forgetAttempts;
    this.wake = wake;
  }

  /**
   * A snapshot that is to be restored.
   *
   * @param name what it is called in messages
   * @param storage its entries, at least those of {@link #NEEDED}
   * @param sums the sums of its parts
   * @param sealedSums the same as its barrier sealed them; empty where it has none
   */
  public record Candidate(String name, Storage storage, byte[] sums, byte[] sealedSums) {}

  /** Whether this node is one that a snapshot can be restored on. From memory. */
  public boolean uninitialized() {
    return cell.state() instanceof NodeState.Uninitialized;
  }

  /**
   * Makes sure that this node can open {@code snapshot}: by its seals, or, where key shares unseal,
   * by the root key that it has. Touches nothing that is stored.
   *
   * @param force whether one that it cannot open is taken all the same
   * @return entries that stand in the place of the snapshot's own
   * @throws strongroom.logical.RefusedException where it cannot, or the snapshot is not what the
   *     server that took it has written
   */
  public Map<String, byte[]> check(Candidate snapshot, boolean force) {
    SealRecord record = record(snapshot);
    Optional<Barrier> opened = open(snapshot, record, force);
    if (opened.isEmpty()) {
      return Map.of();
    }
    try (Barrier barrier = opened.get()) {
      requireGenuine(snapshot, barrier, force);
      return kept(snapshot, barrier);
    }
  }

  private static SealRecord record(Candidate snapshot) {
    try {
      return new SealRecords(snapshot.storage())
          .load()
          .orElseThrow(() -> refusal(snapshot, "it holds no installation"));
    } catch (StorageFault.Damaged e) {
      throw refusal(snapshot, String.valueOf(e.getMessage()));
    }
  }

  private static strongroom.logical.RefusedException refusal(Candidate snapshot, String why) {
    return Refusal.invalid("snapshot " + snapshot.name() + " is not restored: " + why);
  }

  private Optional<Barrier> open(Candidate snapshot, SealRecord record, boolean force) {
    NodeParts there = parts.on(snapshot.storage());
    String why;
    try {
      if (!parts.protection().takesShares()) {
        return Optional.of(new RootKeys(there).openBarrier(record, Optional.empty()));
      }
      if (!(cell.state() instanceof NodeState.Active active)) {
        return requireShares(snapshot, record, force);
      }
      try (SecretBytes rootKey = active.unsealed().barrier().copyRootKey()) {
        return Optional.of(new RootKeys(there).openBarrierBy(rootKey));
      }
    } catch (WrongSharesException | BarrierFault.WrongRootKey e) {
      why = "its root key is another than that of this cluster";
    } catch (SealFault e) {
      why = "this node cannot open it: " + e.getMessage();
    } catch (StorageFault.Damaged e) {
      throw refusal(snapshot, String.valueOf(e.getMessage()));
    }
    String keys = why + "; " + keys(record);
    if (!force) {
      throw refusal(
          snapshot,
          keys
              + ". With snapshot-force (-force) it is restored all the same, and this node stays"
              + " sealed until it has what opens it");
    }
    if (parts.leadership().peers().size() > 1) {
      throw refusal(
          snapshot,
          keys
              + ". Not even by force on several nodes, which could not reach each other after it:"
              + " restore it on one that is alone, and have the others join that one");
    }
    log.warn("snapshot {} is restored by force: {}", snapshot.name(), keys);
    return Optional.empty();
  }

  /** A node without an installation has no root key to try; the shares will show. */
  private Optional<Barrier> requireShares(Candidate snapshot, SealRecord record, boolean force) {
    if (!force && record.unsealShares().isEmpty()) {
      throw refusal(
          snapshot,
          "this node is unsealed by key shares, and the snapshot by a seal; "
              + keys(record)
              + ". Configure that seal, or restore it with snapshot-force (-force)");
    }
    return Optional.empty();
  }

  /** Both sides' keys: what the snapshot is wrapped by, and what is here. */
  private String keys(SealRecord record) {
    String there =
        new SealViews(parts.protection())
            .copies(record).stream()
                .filter(copy -> copy.current() && copy.key().equals(SealCopy.ROOT))
                .map(copy -> text(copy.sealType(), copy.sealName(), copy.details()))
                .collect(Collectors.joining(", "));
    String here =
        parts.protection().all().isEmpty()
            ? "key shares"
            : parts.protection().all().stream()
                .map(seal -> text(seal.type(), seal.name(), seal.health().details()))
                .collect(Collectors.joining(", "));
    return "its root key is wrapped by " + there + "; this node has " + here;
  }

  private static String text(String type, String name, Map<String, String> details) {
    return type
        + " \""
        + name
        + "\""
        + (details.isEmpty()
            ? ""
            : details.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(one -> one.getKey() + " " + one.getValue())
                .collect(Collectors.joining(", ", " (", ")")));
  }

  private static void requireGenuine(Candidate snapshot, Barrier barrier, boolean force) {
    try {
      if (MessageDigest.isEqual(
          SnapshotKeys.open(barrier, snapshot.sealedSums()), snapshot.sums())) {
        return;
      }
    } catch (StorageFault.Damaged e) {
      log.debug("the sealed sums of snapshot {}", snapshot.name(), e);
    }
    if (!force) {
      throw refusal(
          snapshot,
          "SHA256SUMS.sealed is not what the server that took it has made of SHA256SUMS: somebody"
              + " has altered it");
    }
    log.warn("snapshot {} is restored by force: its sums were altered", snapshot.name());
  }

  /** What stays that of this cluster, as the snapshot's barrier encrypts it. */
  private Map<String, byte[]> kept(Candidate snapshot, Barrier barrier) {
    if (!(cell.state() instanceof NodeState.Active active)) {
      return Map.of();
    }
    Batch batch = new Batch();
    for (String path : parts.leadership().kept()) {
      active.unsealed().barrier().get(path).ifPresent(value -> batch.put(path, value));
    }
    if (batch.isEmpty()) {
      return Map.of();
    }
    barrier.commit(batch);
    List<String> written = new ArrayList<>(batch.writes().keySet());
    written.add(SealRecords.KEYRING_PATH); // which counts what was encrypted
    Map<String, byte[]> kept = new LinkedHashMap<>();
    written.forEach(path -> snapshot.storage().get(path).ifPresent(v -> kept.put(path, v)));
    return kept;
  }

  /**
   * Changes from what is stored to something else: closes all that was made of the one, has {@code
   * exchange} put the other in its place, and begins anew on whatever is stored then, as after a
   * start. Where {@code exchange} fails, that may be what was there before.
   *
   * @param onlyUninitialized whether the node must have no installation
   */
  public void change(Runnable exchange, boolean onlyUninitialized) {
    cell.sealChange().lock();
    cell.ceremony().lock();
    cell.lock().lock();
    try {
      switch (cell.state()) {
        case NodeState.Uninitialized _ -> exchange.run();
        case NodeState.Active active when !onlyUninitialized -> {
          active.service().close();
          try {
            exchange.run();
          } finally {
            reopening.run();
          }
        }
        case NodeState.Active _,
            NodeState.Standby _,
            NodeState.Sealed _,
            NodeState.Unsealing _,
            NodeState.Starting _,
            NodeState.Damaged _ ->
            throw Refusal.unavailable(
                "the node's state has changed meanwhile, and nothing was restored; start again");
      }
    } finally {
      cell.lock().unlock();
      cell.ceremony().unlock();
      cell.sealChange().unlock();
      wake.run();
    }
    forgetAttempts.run();
  }
}
