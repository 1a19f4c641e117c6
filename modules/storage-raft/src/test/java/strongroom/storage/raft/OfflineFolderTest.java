package strongroom.storage.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

/** A data folder is looked into without a server. */
class OfflineFolderTest {
  @TempDir Path temporary;

  private static Batch put(String key, String value) {
    return new Batch().put(key, value.getBytes(UTF_8));
  }

  private static String read(Path folder, String key) {
    try (OfflineFolder offline = OfflineFolder.open(folder)) {
      return offline.get(key).map(value -> new String(value, UTF_8)).orElse("none");
    }
  }

  private static Map<Path, String> content(Path folder) throws Exception {
    Map<Path, String> all = new TreeMap<>();
    for (Path file : Folders.files(folder)) {
      Path one = folder.resolve(file);
      all.put(file, Files.getLastModifiedTime(one) + " " + Files.size(one));
    }
    return all;
  }

  @Test
  void readsWhatTheStateHasAndWhatOnlyTheLogHasAndChangesNothing() throws Exception {
    Path folder = temporary.resolve("data");
    Path cutOff = temporary.resolve("cut-off");
    try (RaftStorage storage = Started.in(folder)) {
      storage.commit(put("a", "1"));
      storage.commit(put("gone", "1"));
    }
    try (RaftStorage storage = Started.in(folder)) {
      storage.commit(put("a", "2"));
      storage.commit(put("b", "3"));
      storage.commit(new Batch().delete("gone"));
      // As a process that was killed leaves it: what was applied since is in the log only.
      Folders.copy(folder, cutOff);
      assertThatThrownBy(() -> OfflineFolder.open(folder))
          .isInstanceOf(StorageFault.Unavailable.class)
          .hasMessageContaining("in use");
    }
    Map<Path, String> before = content(cutOff);
    assertThat(read(cutOff, "a")).isEqualTo("2");
    assertThat(read(cutOff, "b")).isEqualTo("3");
    assertThat(read(cutOff, "gone")).isEqualTo("none");
    assertThat(read(cutOff, "never")).isEqualTo("none");
    assertThat(content(cutOff)).isEqualTo(before);
    assertThat(read(folder, "b")).as("after an orderly end").isEqualTo("3");
    try (OfflineFolder offline = OfflineFolder.open(cutOff)) {
      assertThatThrownBy(() -> Started.in(cutOff)).hasMessageContaining("in use");
      assertThat(offline.get("a")).isPresent();
    }
    Started.in(cutOff).close();
  }

  @Test
  void takesAFolderThatMayOnlyBeRead() throws Exception {
    Path folder = temporary.resolve("data");
    try (RaftStorage storage = Started.in(folder)) {
      storage.commit(put("a", "1"));
    }
    for (Path file : Folders.files(folder)) {
      Files.setPosixFilePermissions(
          folder.resolve(file), PosixFilePermissions.fromString("r--------"));
    }
    assertThat(read(folder, "a")).isEqualTo("1");
    Files.delete(folder.resolve("lock"));
    assertThat(read(folder, "a")).isEqualTo("1");
  }

  @Test
  void namesWhatIsNoDataFolderAndWhatIsDamaged() throws Exception {
    assertThatThrownBy(() -> OfflineFolder.open(temporary))
        .isInstanceOf(StorageFault.Damaged.class)
        .hasMessageContaining("identity");
    Path folder = temporary.resolve("data");
    try (RaftStorage storage = Started.in(folder)) {
      storage.commit(put("a", "1"));
    }
    Files.writeString(folder.resolve("state/CURRENT"), "nonsense");
    assertThatThrownBy(() -> read(folder, "a")).isInstanceOf(StorageFault.Damaged.class);
  }

  @Test
  void showsEveryEntryAndBetweenWhichOnesNothingCanBeRead() throws Exception {
    Path folder = temporary.resolve("data");
    try (RaftStorage storage = Started.in(folder)) {
      for (int i = 0; i < 60; i++) {
        storage.commit(new Batch().put(String.format("key%02d", i), new byte[1000]));
      }
    }
    List<String> read = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    EntryVisitor visitor =
        new EntryVisitor() {
          @Override
          public void entry(byte[] key, byte[] value) {
            read.add(new String(key, UTF_8));
          }

          @Override
          public void damaged(String where, StorageFault.Damaged fault) {
            damaged.add(where);
          }
        };
    try (OfflineFolder offline = OfflineFolder.open(folder)) {
      offline.each(visitor);
    }
    assertThat(read).hasSize(60).isSorted();
    assertThat(damaged).isEmpty();

    Path table = largest(folder.resolve("state"));
    byte[] content = Files.readAllBytes(table);
    content[content.length / 2] ^= 1;
    Files.write(table, content);
    read.clear();
    try (OfflineFolder offline = OfflineFolder.open(folder)) {
      offline.each(visitor);
      assertThatThrownBy(() -> offline.each((key, value) -> {}))
          .isInstanceOf(StorageFault.Damaged.class);
    }
    assertThat(damaged).singleElement().asString().matches("behind key\\d\\d, up to key\\d\\d");
    assertThat(read).hasSizeBetween(40, 59).contains("key00", "key59").doesNotHaveDuplicates();
  }

  private static Path largest(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".sst"))
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }
}
