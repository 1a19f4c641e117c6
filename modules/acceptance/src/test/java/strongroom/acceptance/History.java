package strongroom.acceptance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What clients did to keys of KV version 2, when, and what they were told; and whether all of it
 * could have happened one after the other, each at a moment between question and answer. KV numbers
 * the versions of a key, so there is one order only that it can have been: by version, each read
 * behind the write that it saw. That order must be the clock's wherever one operation ended before
 * another began.
 */
final class History {
  private final ConcurrentLinkedQueue<Operation> operations = new ConcurrentLinkedQueue<>();

  /** What was asked. */
  enum Kind {
    WRITE,
    READ
  }

  /**
   * An operation that was answered.
   *
   * @param began when it was asked ({@link System#nanoTime})
   * @param ended when the answer was there
   * @param version that was written or seen
   * @param value likewise
   */
  record Operation(Kind kind, String key, long began, long ended, long version, long value) {
    /** Where it stands in the only order: reads behind the write that they saw. */
    private long place() {
      return 2 * version + (kind == Kind.READ ? 1 : 0);
    }
  }

  void add(Operation operation) {
    operations.add(operation);
  }

  int size() {
    return operations.size();
  }

  /** Everything that cannot have been; empty where all can. */
  List<String> contradictions() {
    Map<String, List<Operation>> byKey = new HashMap<>();
    operations.forEach(one -> byKey.computeIfAbsent(one.key(), key -> new ArrayList<>()).add(one));
    List<String> found = new ArrayList<>();
    byKey.values().forEach(all -> found.addAll(contradictions(all)));
    return found;
  }

  private static List<String> contradictions(List<Operation> all) {
    List<String> found = new ArrayList<>();
    Map<Long, Operation> known = new HashMap<>();
    for (Operation one : all) {
      Operation other = known.putIfAbsent(one.version(), one);
      if (other != null && other.value() != one.value()) {
        found.add("one version, two values: " + other + " and " + one);
      } else if (other != null && other.kind() == Kind.WRITE && one.kind() == Kind.WRITE) {
        found.add("one version, two writes: " + other + " and " + one);
      } else if (other != null && one.kind() == Kind.WRITE) {
        known.put(one.version(), one);
      }
    }
    List<Operation> byBegin = new ArrayList<>(all);
    byBegin.sort(Comparator.comparingLong(Operation::began));
    List<Operation> byEnd = new ArrayList<>(all);
    byEnd.sort(Comparator.comparingLong(Operation::ended));
    int ended = 0;
    Operation latest = null;
    for (Operation one : byBegin) {
      while (ended < byEnd.size() && byEnd.get(ended).ended() < one.began()) {
        Operation before = byEnd.get(ended++);
        latest = latest == null || before.place() > latest.place() ? before : latest;
      }
      if (latest != null && one.place() < latest.place()) {
        boolean sameRead = one.kind() == Kind.READ && one.version() == latest.version();
        if (!sameRead) {
          found.add(latest + " had ended before " + one);
        }
      }
    }
    return found;
  }
}
