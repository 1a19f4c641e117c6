package strongroom.node;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.seal.SealKey;
import strongroom.seal.SealRecord;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

/**
 * Which keys of HSMs protect the root key or ever did: those that the seal record names, and behind
 * the barrier those that it named before. A backup may hold copies that a retired key opens.
 */
final class SealKeyRegister {
  private static final Logger log = LoggerFactory.getLogger(SealKeyRegister.class);
  private static final String PATH = "core/seal-keys";

  private final NodeParts parts;
  private final StateCell cell;
  private volatile SealKeyNames remembered = SealKeyNames.NONE;
  private volatile Optional<Read> last = Optional.empty();

  /** What a record names; kept, since reading all headers for every use of a key takes time. */
  private record Read(SealRecord record, SealKeyNames names) {}

  SealKeyRegister(NodeParts parts, StateCell cell) {
    this.parts = parts;
    this.cell = cell;
  }

  /** All of them, from memory. */
  SealKeyNames names() {
    return cell.state() instanceof NodeState.Active active
        ? remembered.and(namesIn(active.unsealed().record()))
        : remembered;
  }

  private SealKeyNames namesIn(SealRecord record) {
    Optional<Read> known = last.filter(read -> read.record().equals(record));
    if (known.isPresent()) {
      return known.get().names();
    }
    SealKeyNames names = SealKeyNames.NONE;
    for (SealCopy copy : new SealViews(parts.protection()).copies(record)) {
      names = names.and(SealKeyNames.in(copy.details()));
    }
    for (SealRecord.ChosenKey chosen : record.chosenKeys()) {
      names = names.and(named(chosen.key()));
    }
    if (record.rotation().isPresent()) {
      names = names.and(named(record.rotation().get().key()));
    }
    last = Optional.of(new Read(record, names));
    return names;
  }

  private static SealKeyNames named(SealKey key) {
    return new SealKeyNames(given(key.label()), given(key.id()));
  }

  private static Set<String> given(String text) {
    return text.isEmpty() ? Set.of() : Set.of(text);
  }

  /**
   * Remembers for good what {@code record} names, once it names more than what counts now: that
   * cannot get lost. That it cannot be written stops nothing.
   */
  void remember(SealRecord record, Barrier barrier) {
    try {
      SealKeyNames before = load(barrier);
      SealKeyNames all = before.and(namesIn(record));
      remembered = all;
      boolean more =
          record.rootKeys().size() > record.currentRootKeys().size()
              || record.rotation().isPresent();
      if (more && !all.equals(before)) {
        JsonObject json =
            JsonObject.builder()
                .put("labels", JsonArray.ofStrings(all.labels().stream().sorted().toList()))
                .put("ids", JsonArray.ofStrings(all.ids().stream().sorted().toList()))
                .build();
        barrier.commit(new Batch().put(PATH, Json.toBytes(json)));
      }
    } catch (StorageFault e) {
      log.warn("the names of the seal's keys cannot be remembered: {}", e.getMessage());
    }
  }

  private static SealKeyNames load(Barrier barrier) {
    Optional<byte[]> stored = barrier.get(PATH);
    if (stored.isEmpty()) {
      return SealKeyNames.NONE;
    }
    try {
      Fields fields = new Fields(Json.parseObject(stored.get()));
      return new SealKeyNames(
          new HashSet<>(fields.strings("labels").orElseThrow()),
          new HashSet<>(fields.strings("ids").orElseThrow()));
    } catch (Json.MalformedJson | RuntimeException e) {
      throw new StorageFault.Damaged("the value at " + PATH + " is not what was written", e);
    }
  }
}
