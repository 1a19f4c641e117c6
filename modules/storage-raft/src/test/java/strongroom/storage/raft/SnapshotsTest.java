package strongroom.storage.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

/** The state as a whole, as it was at one moment. */
class SnapshotsTest {
  @TempDir Path folder;

  private static Batch put(String key, String value) {
    return new Batch().put(key, value.getBytes(UTF_8));
  }

  private static Map<String, String> all(FrozenState frozen) {
    Map<String, String> all = new TreeMap<>();
    frozen.each((key, value) -> all.put(new String(key, UTF_8), new String(value, UTF_8)));
    return all;
  }

  @Test
  void isThatOfOneMomentWhateverIsWrittenAfterAndLeavesNothingBehind() throws Exception {
    Path data = folder.resolve("data");
    try (RaftStorage storage = Started.in(data)) {
      storage.commit(put("a", "1").put("b/c", "2".getBytes(UTF_8)));
      long index = storage.appliedIndex();
      try (FrozenState frozen = storage.snapshots().freeze()) {
        storage.commit(put("a", "later"));
        storage.commit(new Batch().delete("b/c"));
        assertThat(frozen.index()).isEqualTo(index);
        assertThat(frozen.term()).isPositive();
        assertThat(all(frozen)).isEqualTo(Map.of("a", "1", "b/c", "2")).isEqualTo(all(frozen));
        assertThat(frozen.get("a")).hasValue("1".getBytes(UTF_8));
      }
      try (var left = Files.list(data.resolve(Snapshots.FROZEN))) {
        assertThat(left).isEmpty();
      }
      assertThat(storage.get("a")).hasValue("later".getBytes(UTF_8));
    }
    Files.createDirectories(data.resolve(Snapshots.FROZEN).resolve("of a process that was killed"));
    try (RaftStorage storage = Started.in(data)) {
      assertThat(data.resolve(Snapshots.FROZEN)).doesNotExist();
      assertThat(storage.get("a")).isPresent();
    }
  }

  @Test
  void onlySoManyAreTakenAtATime() {
    try (RaftStorage storage = Started.in(folder.resolve("data"))) {
      storage.commit(put("a", "1"));
      List<FrozenState> open = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        open.add(storage.snapshots().freeze());
      }
      assertThatThrownBy(() -> storage.snapshots().freeze())
          .isInstanceOf(StorageFault.Unavailable.class);
      open.forEach(FrozenState::close);
      storage.snapshots().freeze().close();
    }
  }
}
