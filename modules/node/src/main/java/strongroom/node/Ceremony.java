package strongroom.node;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.ceremony.CeremonyEntry;
import strongroom.ceremony.CeremonyEvent;
import strongroom.ceremony.CeremonyFault;
import strongroom.ceremony.CeremonyHead;
import strongroom.ceremony.CeremonyKey;
import strongroom.ceremony.CeremonyKind;
import strongroom.ceremony.SignedEntry;
import strongroom.logical.Refusal;
import strongroom.seal.Seal;
import strongroom.seal.SealRecord;
import strongroom.storage.Batch;
import strongroom.storage.Storage;
import strongroom.storage.Transaction;

/**
 * Writes the record of ceremonies, each entry in one commit with what it tells of. Entries lie
 * outside of the barrier, so that they can be read and checked when no key is left; the key that
 * signs lies behind it. An HSM that can prove itself wraps the digest of each entry besides.
 *
 * <p>One entry at a time. Its lock is taken before the state's, which is not held while HSMs are
 * asked.
 */
public final class Ceremony {
  private static final Logger log = LoggerFactory.getLogger(Ceremony.class);
  private static final String ENTRIES = Barrier.CEREMONY_FOLDER + "entry/";
  private static final String HEAD = Barrier.CEREMONY_FOLDER + "head";

  /** Behind the barrier. */
  static final String KEY = "core/ceremony-key";

  private static final int PAGE = 1000;

  private final NodeParts parts;
  private final StateCell cell;
  private final ReentrantLock one;

  Ceremony(NodeParts parts, StateCell cell) {
    this.parts = parts;
    this.cell = cell;
    this.one = cell.ceremony();
  }

  /**
   * The record as it is stored.
   *
   * @param entries in their order
   * @param head its end; empty where that is missing
   * @param publicHalf of the key that signs
   */
  public record Stored(List<SignedEntry> entries, Optional<CeremonyHead> head, byte[] publicHalf) {}

  /** Records {@code event} by itself. */
  public void record(CeremonyEvent event) {
    record(() -> event, parts.storage()::commit);
  }

  /**
   * Records an event in one commit with what it tells of.
   *
   * @param event asked for while no other event is recorded
   * @param commit is given what records it, and must commit that with its own or throw
   */
  void record(Supplier<CeremonyEvent> event, Consumer<Batch> commit) {
    record(event, SealProofs.Wrapping.USUAL, commit);
  }

  /** As the other; HSMs prove themselves by {@code proving}. */
  void record(Supplier<CeremonyEvent> event, SealProofs.Wrapping proving, Consumer<Batch> commit) {
    record(() -> cell.requireActive().unsealed(), event, proving, commit);
  }

  /** Records {@code event} of a node that is about to be active as {@code open}. */
  void record(Unsealed open, CeremonyEvent event, Consumer<Batch> commit) {
    record(() -> open, () -> event, SealProofs.Wrapping.USUAL, commit);
  }

  /** What a move from one kind of protection to another is told by. */
  static CeremonyEvent moved(Migration.Kind from, Protection to) {
    return CeremonyEvent.of(CeremonyKind.MIGRATION)
        .with("from", word(from))
        .with("to", word(Migration.Kind.of(to)))
        .with("to_seals", to.enabled().stream().map(Seal::name).collect(Collectors.joining(" ")));
  }

  private static String word(Migration.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private void record(
      Supplier<Unsealed> open,
      Supplier<CeremonyEvent> event,
      SealProofs.Wrapping proving,
      Consumer<Batch> commit) {
    one.lock();
    try {
      Unsealed unsealed = open.get();
      CeremonyKey key = key(unsealed.barrier());
      Writer writer = new Writer(parts.storage(), key, unsealed.cluster(), unsealed.record());
      if (writer.count() == 0) {
        Batch begun = new Batch();
        writer.write(CeremonyEvent.of(CeremonyKind.RECORD_BEGUN), proving, begun);
        parts.storage().commit(begun);
        writer = new Writer(parts.storage(), key, unsealed.cluster(), unsealed.record());
      }
      Batch batch = new Batch();
      writer.write(event.get(), proving, batch);
      commit.accept(batch);
    } finally {
      one.unlock();
    }
  }

  /** Puts the first entry into the one commit of an initialization. */
  void begin(CeremonyEvent event, Barrier barrier, Transaction transaction, SealRecord record) {
    CeremonyKey key = CeremonyKey.generate(parts.random());
    barrier.commit(new Batch().put(KEY, key.toBytes()));
    Batch batch = new Batch();
    new Writer(transaction, key, ClusterRecord.load(barrier), record)
        .write(event, SealProofs.Wrapping.USUAL, batch);
    transaction.commit(batch);
  }

  /** The key that signs; made where there is none yet. */
  private CeremonyKey key(Barrier barrier) {
    Optional<byte[]> stored = barrier.get(KEY);
    if (stored.isPresent()) {
      return CeremonyKey.parse(stored.get());
    }
    CeremonyKey made = CeremonyKey.generate(parts.random());
    barrier.commit(new Batch().put(KEY, made.toBytes()));
    return made;
  }

  /** The whole record. Refuses where it has not begun. */
  public Stored read() {
    Barrier barrier = cell.requireActive().unsealed().barrier();
    CeremonyKey key =
        barrier
            .get(KEY)
            .map(CeremonyKey::parse)
            .orElseThrow(
                () ->
                    Refusal.notFound(
                        "there is no record of ceremonies yet: it begins with the next one"));
    List<SignedEntry> entries = new ArrayList<>();
    for (String name : names(parts.storage())) {
      parts.storage().get(ENTRIES + name).map(Ceremony::parsed).ifPresent(entries::add);
    }
    return new Stored(entries, parts.storage().get(HEAD).flatMap(Ceremony::head), key.publicHalf());
  }

  /** What is damaged is shown as it is: without a signature it counts for nothing. */
  private static SignedEntry parsed(byte[] stored) {
    try {
      return SignedEntry.parse(stored);
    } catch (CeremonyFault e) {
      return new SignedEntry(
          new String(stored, StandardCharsets.UTF_8), new byte[0], new TreeMap<>());
    }
  }

  private static Optional<CeremonyHead> head(byte[] stored) {
    try {
      return Optional.of(CeremonyHead.parse(stored));
    } catch (CeremonyFault e) {
      return Optional.empty();
    }
  }

  private static List<String> names(Storage storage) {
    List<String> names = new ArrayList<>();
    List<String> page = List.of();
    do {
      String after = page.isEmpty() ? "" : page.getLast();
      page = storage.list(ENTRIES, after, PAGE).names();
      page.stream().filter(name -> name.matches("\\d{8}")).forEach(names::add);
    } while (page.size() == PAGE);
    return names;
  }

  /** What an HSM's proof of an entry is worth. */
  public enum Proof {
    /** The HSM has wrapped this very entry. */
    RIGHT,
    /** What the HSM has wrapped is something else. */
    WRONG,
    /** The seal is not configured, or its HSM is away. */
    UNKNOWN
  }

  /** Asks the HSM of each proof of {@code entry}. May block for as long as seals take. */
  public Map<String, Proof> prove(SignedEntry entry) {
    Map<String, Proof> proofs = new TreeMap<>();
    entry.proofs().forEach((seal, proof) -> proofs.put(seal, prove(entry, seal, proof)));
    return proofs;
  }

  private Proof prove(SignedEntry entry, String seal, byte[] proof) {
    return SealProofs.seals(parts.protection()).stream()
        .filter(one -> one.name().equals(seal))
        .findFirst()
        .map(one -> SealProofs.check(one, entry.digest(), proof))
        .orElse(Proof.UNKNOWN);
  }

  /** Adds one entry to what {@code storage} holds. */
  private final class Writer {
    private final CeremonyKey key;
    private final NodeState.Cluster cluster;
    private final SealRecord record;
    private final long count;
    private final String previous;

    Writer(Storage storage, CeremonyKey key, NodeState.Cluster cluster, SealRecord record) {
      this.key = key;
      this.cluster = cluster;
      this.record = record;
      List<String> names = names(storage);
      // Not from the head: what is damaged stays to be seen, and does not stop what must be done.
      count = names.isEmpty() ? 0 : Long.parseLong(names.getLast());
      previous =
          names.isEmpty()
              ? ""
              : storage
                  .get(ENTRIES + names.getLast())
                  .map(Ceremony::parsed)
                  .map(SignedEntry::hash)
                  .orElse("");
    }

    long count() {
      return count;
    }

    void write(CeremonyEvent event, SealProofs.Wrapping proving, Batch batch) {
      CeremonyEntry entry =
          new CeremonyEntry(
              count + 1,
              parts.clock().instant(),
              event.kind().word(),
              event.details(),
              new TreeMap<>(Map.of("name", cluster.name(), "id", cluster.id())),
              seals(),
              previous,
              key.fingerprint());
      SortedMap<String, byte[]> proofs =
          SealProofs.of(parts.protection(), key.sign(entry, new TreeMap<>()).digest(), proving);
      SignedEntry signed = key.sign(entry, proofs);
      batch.put(ENTRIES + String.format(Locale.ROOT, "%08d", count + 1), signed.toBytes());
      batch.put(HEAD, key.head(count + 1, signed).toBytes());
      log.info("ceremony {}: {}, recorded as {}", count + 1, event.kind().word(), signed.hash());
    }

    /** What wraps the root key, by what its HSM is known by. */
    private List<SortedMap<String, String>> seals() {
      List<SortedMap<String, String>> seals = new ArrayList<>();
      for (SealCopy copy : new SealViews(parts.protection()).copies(record)) {
        if (copy.current() && copy.key().equals("root")) {
          SortedMap<String, String> seal = new TreeMap<>(copy.details());
          seal.put("name", copy.sealName());
          seal.put("type", copy.sealType());
          seal.put("root_key", Integer.toString(copy.number()));
          seals.add(seal);
        }
      }
      return seals;
    }
  }
}
