package strongroom.storage.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

class RaftStorageTest {
  @TempDir Path folder;
  private RaftStorage storage;

  @BeforeEach
  void start() {
    storage = Started.in(folder);
  }

  @AfterEach
  void close() {
    storage.close();
  }

  @Test
  void aRestartGoesOnWhereItEndedAndReplaysNothing() {
    assertThat(storage.everWritten()).isFalse();
    for (int i = 0; i < 100; i++) {
      storage.commit(new Batch().put("c/k" + i, new byte[] {(byte) i}));
    }
    long before = storage.appliedIndex();
    storage.close();
    try (OrderedStore state = OrderedStore.open(folder.resolve("state"), 1 << 20)) {
      // What an ordered end leaves to be replayed.
      assertThat(state.applied().getIndex()).isEqualTo(before);
    }
    storage = Started.in(folder);

    assertThat(storage.everWritten()).isTrue();
    assertThat(storage.appliedIndex()).isGreaterThanOrEqualTo(before);
    assertThat(storage.list("c/", "", 1000).names()).hasSize(100);
    storage.commit(new Batch().delete("c/k1"));
    assertThat(storage.get("c/k1")).isEmpty();
  }

  @Test
  void dropsTheLogThatASnapshotHasMadeNeedless() throws Exception {
    storage.close();
    storage = Started.with(new RaftSettings(folder, "node1", 1 << 20, 1 << 20, 200, 1 << 20, 0));
    byte[] value = new byte[40_000];
    for (int i = 0; i < 1200; i++) {
      storage.commit(new Batch().put("c/k" + i % 10, value.clone()));
    }
    storage.close();
    storage = Started.in(folder);

    assertThat(Folders.bytes(folder.resolve("raft"))).isLessThan(1200L * 40_000 * 3 / 4);
    assertThat(storage.list("c/", "", 100).names()).hasSize(10);
  }

  @Test
  void takesFromOtherUsersWhatTheUmaskGaveThem() throws Exception {
    storage.commit(new Batch().put("c/k", new byte[100]));
    storage.close();
    try (DataFolder opened = DataFolder.open(folder, "node1")) {
      assertThat(opened.fresh()).isFalse();
    }

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.toList();
    }
    assertThat(all).hasSizeGreaterThan(8);
    assertThat(all)
        .allSatisfy(
            file ->
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .as(file.toString())
                    .endsWith("------"));
  }

  @Test
  void refusesAFolderThatIsInUse() {
    assertThatThrownBy(() -> Started.in(folder))
        .isInstanceOf(StorageFault.Unavailable.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("in use");
    storage.commit(new Batch().put("c/k", new byte[1]));
  }

  @Test
  void refusesABatchThatNoEntryHolds() {
    storage.close();
    storage = Started.with(new RaftSettings(folder, "node1", 1 << 20, 1 << 20, 8192, 1 << 20, 0));

    assertThatThrownBy(() -> storage.commit(new Batch().put("c/k", new byte[1 << 20])))
        .isInstanceOf(StorageFault.TooLarge.class);
    assertThatThrownBy(() -> storage.commit(new Batch().put("c/k", new byte[(1 << 20) + 1])))
        .isInstanceOf(StorageFault.TooLarge.class)
        .hasMessageContaining("max_entry_size");
    assertThat(storage.get("c/k")).isEmpty();
    storage.commit(new Batch().put("c/k", new byte[1 << 19]));
  }

  @Test
  void writesNothingWhereTheDiskHasTooLittleRoomAndReadsOn() {
    storage.commit(new Batch().put("c/k", new byte[1]));
    storage.close();
    storage =
        Started.with(
            new RaftSettings(folder, "node1", 1 << 20, 1 << 20, 8192, 1 << 20, Long.MAX_VALUE));

    assertThatThrownBy(() -> storage.commit(new Batch().put("c/k", new byte[2])))
        .isInstanceOf(StorageFault.Full.class)
        .hasMessageContaining("bytes left");
    assertThat(storage.get("c/k").orElseThrow()).hasSize(1);
  }

  @Test
  void saysWhoseFolderItIsWhereTheConfigurationNamesAnotherNode() {
    storage.close();
    RaftStorage other =
        new RaftStorage(new RaftSettings(folder, "node2", 1 << 20, 1 << 20, 8192, 1 << 20, 0));

    assertThatThrownBy(other::start)
        .isInstanceOf(StorageFault.Damaged.class)
        .hasMessageContaining("node_id \"node1\"")
        .hasMessageContaining("\"node2\"");
    storage = Started.in(folder);
  }

  @Test
  void saysThatItIsClosed() {
    storage.close();

    assertThatThrownBy(() -> storage.get("c/k")).isInstanceOf(StorageFault.Unavailable.class);
    assertThatThrownBy(() -> storage.commit(new Batch().put("c/k", new byte[1])))
        .isInstanceOf(StorageFault.Unavailable.class);
  }
}
