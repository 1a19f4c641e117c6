package strongroom.storage.raft;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

/**
 * One key that one client writes ever larger numbers to and others read through whichever node
 * answers. With one writer, a history can be put in one order exactly where no read gives less than
 * what was acknowledged or read before it began, nor what was never written.
 */
final class Register {
  private final String key;
  private final AtomicLong tried = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong seen = new AtomicLong();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();
  private final Queue<String> contradictions = new ConcurrentLinkedQueue<>();

  Register(String key) {
    this.key = key;
  }

  /** Writes the next number through {@code node}, where it leads. */
  void write(Nodes.Node node) {
    Lead lead = node.storage().lead();
    long term = lead.servingTerm();
    if (term == 0 || !lead.isServing()) {
      return;
    }
    long next = tried.incrementAndGet();
    byte[] value = Long.toString(next).getBytes(StandardCharsets.UTF_8);
    try {
      node.storage().commit(new Batch().put(key, value).inTerm(term));
      acknowledged.set(next);
      writes.incrementAndGet();
    } catch (StorageFault e) {
      // Nobody knows whether it was written; a later read may find either.
    }
  }

  /** Reads through {@code node}, where it may answer: before the read and after. */
  void read(Nodes.Node node) {
    Lead lead = node.storage().lead();
    long term = lead.servingTerm();
    long least = Math.max(acknowledged.get(), seen.get());
    if (term == 0 || !lead.mayRead()) {
      return;
    }
    long found = stored(node);
    if (!lead.mayRead() || lead.servingTerm() != term) {
      return;
    }
    reads.incrementAndGet();
    long most = tried.get();
    if (found < least || found > most) {
      contradictions.add(
          "%s at %s: %d, where %d to %d can be".formatted(key, node.id(), found, least, most));
    }
    seen.accumulateAndGet(found, Math::max);
  }

  /** What {@code node} has applied. */
  long stored(Nodes.Node node) {
    return node.storage()
        .get(key)
        .map(value -> Long.parseLong(new String(value, StandardCharsets.UTF_8)))
        .orElse(0L);
  }

  /** Whether {@code node} has all that was acknowledged. */
  boolean isWholeAt(Nodes.Node node) {
    return stored(node) >= acknowledged.get();
  }

  long writes() {
    return writes.get();
  }

  long reads() {
    return reads.get();
  }

  List<String> contradictions() {
    return List.copyOf(contradictions);
  }
}
