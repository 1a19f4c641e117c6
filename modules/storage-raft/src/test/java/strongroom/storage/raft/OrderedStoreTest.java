package strongroom.storage.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.storage.Batch;
import strongroom.storage.NotInMemoryException;
import strongroom.storage.Page;
import strongroom.storage.StorageFault;

class OrderedStoreTest {
  @TempDir Path folder;
  private OrderedStore store;

  @BeforeEach
  void open() {
    store = OrderedStore.open(folder, 1 << 20);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void anEntryTakesEffectOnceHoweverOftenItIsApplied() {
    store.apply(TermIndex.valueOf(1, 1), entry(new Batch().put("a", bytes("1"))));
    store.apply(TermIndex.valueOf(1, 2), entry(new Batch().put("a", bytes("2"))));
    store.apply(TermIndex.valueOf(1, 1), entry(new Batch().put("a", bytes("1"))));

    assertThat(store.get("a").orElseThrow()).isEqualTo(bytes("2"));
    assertThat(store.applied()).isEqualTo(TermIndex.valueOf(1, 2));
  }

  @Test
  void aSyncedStateNeedsNoReplayAndAnUnsyncedOneIsThatOfAnEarlierEntry() {
    store.apply(TermIndex.valueOf(1, 1), entry(new Batch().put("a", bytes("1"))));
    assertThat(store.flush()).isEqualTo(TermIndex.valueOf(1, 1));
    store.apply(TermIndex.valueOf(2, 2), null);
    reopen();

    TermIndex applied = store.applied();
    assertThat(applied.getIndex()).isBetween(1L, 2L);
    store.apply(TermIndex.valueOf(2, 2), null);
    store.apply(TermIndex.valueOf(2, 3), entry(new Batch().delete("a")));
    assertThat(store.get("a")).isEmpty();
    assertThat(store.isEmpty()).isTrue();
  }

  @Test
  void answersFromMemoryWhatIsThereAndSaysSoWhereADiskIsNeeded() {
    byte[] block = new byte[32 * 1024];
    store.apply(TermIndex.valueOf(1, 1), entry(new Batch().put("a", block).put("z", bytes("1"))));
    assertThat(store.getFromMemory("z").orElseThrow()).isEqualTo(bytes("1"));
    assertThat(store.getFromMemory("none")).isEmpty();
    store.flush();
    reopen();

    // Opening it reads the mark of what was applied, which is before a.
    assertThatThrownBy(() -> store.getFromMemory("z")).isInstanceOf(NotInMemoryException.class);
    assertThat(store.get("z").orElseThrow()).isEqualTo(bytes("1"));
    assertThat(store.getFromMemory("z").orElseThrow()).isEqualTo(bytes("1"));
  }

  @Test
  void aCacheThatLacksTheIndexOfAFileTellsOfNoDamage() throws IOException {
    store.close();
    store = OrderedStore.open(folder, 0);
    for (int round = 0; round < 12; round++) {
      Batch batch = new Batch().put("same", bytes("" + round));
      for (int key = 0; key < 40; key++) {
        batch.put(round + "/" + key, bytes(key + " ".repeat(1000)));
      }
      store.apply(TermIndex.valueOf(1, round + 1), entry(batch));
      store.flush();
    }
    // The oldest of so many young files are merged; the index of what comes of that is not pinned.
    while (files() >= 12) {
      Thread.onSpinWait();
    }

    for (int key = 0; key < 40; key++) {
      String name = "0/" + key;
      assertThatThrownBy(() -> store.getFromMemory(name)).isInstanceOf(NotInMemoryException.class);
      assertThat(store.get(name).orElseThrow()).startsWith(bytes(key + " "));
    }
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".sst")).count();
    }
  }

  @Test
  void whatItKeepsForItselfIsNoKeyAndInNoFolder() {
    assertThat(store.applied()).isNull();
    store.apply(TermIndex.valueOf(1, 1), null);

    assertThat(store.isEmpty()).isTrue();
    assertThat(store.list("", "", 9)).isEqualTo(new Page(List.of(), false));
  }

  @Test
  void severalBatchesInOneEntryTakeEffectInOrder() {
    byte[] first = EntryCodec.encode(new Batch().put("a", bytes("1")).put("b", bytes("1")));
    byte[] second = EntryCodec.encode(new Batch().put("a", bytes("2")).delete("b"));
    store.apply(TermIndex.valueOf(1, 1), EntryCodec.entry(List.of(first, second), 0));

    assertThat(store.get("a").orElseThrow()).isEqualTo(bytes("2"));
    assertThat(store.get("b")).isEmpty();
  }

  @Test
  void anEntryThatIsCutOffOrOfAnotherFormatIsNamedAndChangesNothing() {
    ByteString whole = entry(new Batch().put("a", bytes("1")).put("b", bytes("22222222")));
    for (ByteString broken :
        List.of(whole.substring(0, whole.size() - 3), ByteString.copyFrom(new byte[] {9, 0}))) {
      assertThatThrownBy(() -> store.apply(TermIndex.valueOf(1, 1), broken))
          .isInstanceOf(StorageFault.Damaged.class);
    }
    assertThat(store.isEmpty()).isTrue();
    assertThat(store.applied()).isNull();
  }

  @Test
  void saysThatItIsClosedInsteadOfCrashing() {
    store.close();
    store.close();

    assertThatThrownBy(() -> store.get("a")).isInstanceOf(StorageFault.Unavailable.class);
    assertThatThrownBy(() -> store.list("", "", 1)).isInstanceOf(StorageFault.Unavailable.class);
    assertThatThrownBy(() -> store.apply(TermIndex.valueOf(1, 1), null))
        .isInstanceOf(StorageFault.Unavailable.class);
    assertThatThrownBy(() -> store.flush()).isInstanceOf(StorageFault.Unavailable.class);
  }

  private void reopen() {
    store.close();
    store = OrderedStore.open(folder, 1 << 20);
  }

  private static ByteString entry(Batch batch) {
    byte[] writes = EntryCodec.encode(batch);
    return EntryCodec.entry(List.of(writes), 0);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
