package strongroom.storage.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

/** Something else is put in the place of all that is stored, wholly or not at all. */
@Timeout(60)
class RestoreTest {
  private static final int MANY = 3_000;

  @TempDir Path folder;

  private static Batch put(String key, String value) {
    return new Batch().put(key, value.getBytes(UTF_8));
  }

  private static void restore(RaftStorage storage) {
    try (Restore restore = storage.snapshots().restore()) {
      fill(restore);
      restore.exchange();
    }
  }

  /** Some entries of Raft's, and more. */
  private static void fill(Restore restore) {
    for (int i = 0; i < MANY; i++) {
      restore.put(key(i), new byte[1000]);
    }
    restore.put("restored".getBytes(UTF_8), "first".getBytes(UTF_8));
    restore.put("restored".getBytes(UTF_8), "last".getBytes(UTF_8));
  }

  private static byte[] key(int i) {
    return String.format("many/%05d", i).getBytes(UTF_8);
  }

  private static Map<String, Integer> lengths(RaftStorage storage) {
    Map<String, Integer> all = new TreeMap<>();
    try (FrozenState frozen = storage.snapshots().freeze()) {
      frozen.each((key, value) -> all.put(new String(key, UTF_8), value.length));
    }
    return all;
  }

  private static void assertRestored(RaftStorage storage) {
    Map<String, Integer> all = lengths(storage);
    assertThat(all).hasSize(MANY + 1).containsEntry("restored", 4).doesNotContainKey("before");
    assertThat(storage.get("restored")).hasValue("last".getBytes(UTF_8));
  }

  @Test
  void allThatWasThereIsGoneAndWhatWasMadeOfItIsCommittedNoMore() {
    Path data = folder.resolve("data");
    try (RaftStorage storage = Started.in(data)) {
      storage.commit(put("before", "1"));
      long generation = storage.generation();
      storage.commit(put("before", "2").inGeneration(generation));
      restore(storage);
      assertRestored(storage);
      assertThat(storage.generation()).isNotEqualTo(generation);
      assertThatThrownBy(() -> storage.commit(put("stale", "1").inGeneration(generation)))
          .isInstanceOf(StorageFault.Unavailable.class);
      storage.commit(put("after", "1").inGeneration(storage.generation()));
      assertThat(storage.get("after")).isPresent();
      storage.commit(new Batch().delete("after"));
    }
    try (RaftStorage storage = Started.in(data)) {
      assertRestored(storage);
    }
  }

  @Test
  void aProcessThatIsKilledMeanwhileHasAllThatWasThereOrAllThatCame() throws Exception {
    Path data = folder.resolve("data");
    Path early = folder.resolve("early");
    Path late = folder.resolve("late");
    Path done = folder.resolve("done");
    try (RaftStorage storage = Started.in(data)) {
      storage.commit(put("before", "1"));
      try (Restore restore = storage.snapshots().restore()) {
        restore.put(key(0), new byte[800_000]);
        restore.put(key(1), new byte[800_000]);
        Folders.copy(data, early);
        fill(restore);
        Folders.copy(data, late);
        restore.exchange();
        Folders.copy(data, done);
      }
    }
    for (Path killed : new Path[] {early, late}) {
      try (RaftStorage storage = Started.in(killed)) {
        assertThat(lengths(storage)).as("%s", killed).isEqualTo(Map.of("before", 1));
        restore(storage);
        assertRestored(storage);
      }
    }
    try (RaftStorage storage = Started.in(done)) {
      assertRestored(storage);
    }
  }

  @Test
  void aProcessThatIsKilledBeforeTheLastEntryIsAppliedAppliesItAtItsNextStart() throws Exception {
    Path data = folder.resolve("data");
    Path killed = folder.resolve("killed");
    try (RaftStorage storage = Started.in(data)) {
      storage.commit(put("before", "1"));
      try (Restore restore = storage.snapshots().restore()) {
        fill(restore);
        storage.commit(put("between", "1"));
        // What both stores have in memory only is in the log.
        Folders.copy(data, killed);
        restore.exchange();
      }
    }
    // The log is that of the whole restore, the stores are those of before its end.
    Folders.delete(killed.resolve("raft"));
    Folders.copy(data.resolve("raft"), killed.resolve("raft"));
    try (RaftStorage storage = Started.in(killed)) {
      assertRestored(storage);
    }
  }

  @Test
  void whatWasGivenUpLeavesAllAsItWasAndTakesNoRoom() throws Exception {
    Path data = folder.resolve("data");
    try (RaftStorage storage = Started.in(data)) {
      storage.commit(put("before", "1"));
      try (Restore restore = storage.snapshots().restore()) {
        fill(restore);
        assertThatThrownBy(() -> storage.snapshots().restore())
            .isInstanceOf(StorageFault.Unavailable.class);
      }
      assertThat(lengths(storage)).isEqualTo(Map.of("before", 1));
    }
    assertThat(Folders.bytes(data.resolve(Staging.STAGED))).isLessThan(100_000);
  }

  @Test
  void whatIsTooLargeOrNoKeyIsRefused() {
    RaftSettings small =
        new RaftSettings(folder.resolve("data"), "node1", 1000, 4_000_000, 8192, 4L << 20, 0);
    try (RaftStorage storage = Started.with(small)) {
      assertThatThrownBy(() -> storage.snapshots().requireFits(key(1), new byte[1001]))
          .isInstanceOf(StorageFault.TooLarge.class);
      assertThatThrownBy(() -> storage.snapshots().requireFits(new byte[] {0, 'a'}, new byte[1]))
          .isInstanceOf(StorageFault.Damaged.class);
      storage.snapshots().requireFits(key(1), new byte[1000]);
    }
  }

  @Test
  void allNodesHaveItWhetherTheyWereThereOrAwayForPartOfIt() throws Exception {
    // Long enough for the lead to stay where it is on a machine that others use.
    try (Nodes nodes = new Nodes(folder, 20, Duration.ofSeconds(1))) {
      Nodes.Node one = nodes.first("one");
      one.storage().commit(put("before", "1"));
      Nodes.Node two = nodes.join("two", one);
      Nodes.Node three = nodes.join("three", one);
      Nodes.await(() -> three.storage().get("before").isPresent());
      long generation = two.storage().generation();
      Restore restore = one.storage().snapshots().restore();
      nodes.stop(three);
      fill(restore);
      for (int i = 0; i < 50; i++) {
        // So much that what the third has missed is no longer in the log.
        one.storage().commit(put("before", "more"));
      }
      Nodes.Node back = nodes.start("three");
      nodes.open(back);
      Nodes.await(() -> has(back, "before", "more"));
      restore.exchange();
      restore.close();
      assertRestored(one.storage());
      Nodes.await(() -> has(two, "restored", "last"));
      Nodes.await(() -> has(back, "restored", "last"));
      assertRestored(two.storage());
      assertRestored(back.storage());
      assertThat(two.storage().generation()).isNotEqualTo(generation);

      one.storage().commit(put("after", "1"));
      Nodes.await(() -> has(back, "after", "1"));
      nodes.stop(one);
      Nodes.Node next = nodes.leader(Optional.of(one));
      next.storage().commit(put("after", "2"));
      Nodes.Node again = nodes.start("one");
      nodes.open(again);
      Nodes.await(() -> has(again, "after", "2"));
    }
  }

  private static boolean has(Nodes.Node node, String key, String value) {
    try {
      return node.storage().get(key).filter(v -> new String(v, UTF_8).equals(value)).isPresent();
    } catch (StorageFault.Unavailable e) {
      return false; // the moment in which one state takes the other's place
    }
  }
}
