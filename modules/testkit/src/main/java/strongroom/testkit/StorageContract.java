package strongroom.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import strongroom.storage.Batch;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Storage;

/** What every storage must do. A storage's own test extends it. */
public abstract class StorageContract {
  /** For the storage's own test. */
  protected StorageContract() {}

  /** The storage under test, the same within one test. It holds nothing in the folder "c/". */
  protected abstract Storage storage();

  @Test
  void givesBackWhatWasPutAndNothingForWhatWasNot() {
    put("c/a", "1");

    assertThat(text("c/a")).contains("1");
    assertThat(storage().get("c/b")).isEmpty();
    assertThat(storage().get("c")).isEmpty();
    assertThat(storage().get("c/a/b")).isEmpty();
  }

  @Test
  void keepsEmptyLargeAndArbitraryValues() {
    byte[] large = new byte[1_000_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 31);
    }
    storage().commit(new Batch().put("c/empty", new byte[0]).put("c/large", large.clone()));

    assertThat(storage().get("c/empty")).hasValueSatisfying(v -> assertThat(v).isEmpty());
    assertThat(storage().get("c/large")).hasValueSatisfying(v -> assertThat(v).isEqualTo(large));
  }

  @Test
  void handsOutArraysThatBelongToTheCaller() {
    put("c/a", "unchanged");

    storage().get("c/a").orElseThrow()[0] = 'X';

    assertThat(text("c/a")).contains("unchanged");
  }

  @Test
  void replacesDeletesAndPutsAgain() {
    put("c/a", "1");
    put("c/a", "2");
    assertThat(text("c/a")).contains("2");

    storage().commit(new Batch().delete("c/a"));
    assertThat(storage().get("c/a")).isEmpty();
    assertThat(names("c/")).isEmpty();

    put("c/a", "3");
    assertThat(text("c/a")).contains("3");
    assertThat(names("c/")).containsExactly("a");
  }

  @Test
  void deletingWhatIsNotThereIsNoFault() {
    storage().commit(new Batch().delete("c/never").put("c/a", bytes("1")));

    assertThat(names("c/")).containsExactly("a");
  }

  @Test
  void takesEveryWriteOfABatchAndForEachKeyTheLastWord() {
    put("c/gone", "before");
    storage()
        .commit(
            new Batch()
                .put("c/twice", bytes("first"))
                .put("c/twice", bytes("last"))
                .delete("c/back")
                .put("c/back", bytes("there"))
                .put("c/gone", bytes("again"))
                .delete("c/gone"));

    assertThat(text("c/twice")).contains("last");
    assertThat(text("c/back")).contains("there");
    assertThat(storage().get("c/gone")).isEmpty();
  }

  @Test
  void anEmptyBatchChangesNothing() {
    storage().commit(new Batch());

    assertThat(names("c/")).isEmpty();
  }

  @Test
  void keepsAKeyAndAFolderOfOneName() {
    put("c/a", "key");
    put("c/a/b", "within");

    assertThat(names("c/")).containsExactly("a", "a/");
    assertThat(text("c/a")).contains("key");
    assertThat(names("c/a/")).containsExactly("b");
  }

  @Test
  void listsOnlyWhatIsDirectlyInTheFolder() {
    for (String key : List.of("c/a/x", "c/a/y/z", "c/b", "ca", "c0/d", "d/e")) {
      put(key, "v");
    }

    assertThat(names("c/")).containsExactly("a/", "b");
    assertThat(names("c/a/")).containsExactly("x", "y/");
    assertThat(names("c/none/")).isEmpty();
    assertThat(names("")).contains("c/", "c0/", "ca", "d/");
  }

  @Test
  void ordersByTheBytesOfUtf8() {
    // Beyond U+FFFF Java's own order of strings is another one.
    List<String> ordered = List.of("!", "-", "0", "A", "a", "a b", "é", "\uffee", "\ud83d\ude00");
    ordered.reversed().forEach(name -> put("c/" + name, "v"));

    assertThat(names("c/")).containsExactlyElementsOf(ordered);
    assertThat(paged("c/", 2)).containsExactlyElementsOf(ordered);
  }

  @Test
  void pagesAFolderWithoutLeavingOutOrRepeatingAName() {
    Batch batch = new Batch();
    TreeSet<String> expected = new TreeSet<>();
    for (int i = 0; i < 40; i++) {
      String name = "n" + (100 + i);
      batch.put("c/" + name, bytes("v"));
      expected.add(name);
      if (i % 3 == 0) {
        batch.put("c/" + name + "/one", bytes("v")).put("c/" + name + "/two", bytes("v"));
        expected.add(name + "/");
      }
      if (i % 5 == 0) {
        // Between a key and the folder of its name: a minus sign stands before a slash.
        batch.put("c/" + name + "-x", bytes("v"));
        expected.add(name + "-x");
      }
    }
    storage().commit(batch);

    for (int limit : new int[] {1, 2, 7, expected.size() - 1, expected.size(), 1000}) {
      assertThat(paged("c/", limit)).as("pages of %s", limit).containsExactlyElementsOf(expected);
    }
  }

  @Test
  void saysWhetherThereIsMoreBehindAFullPage() {
    storage().commit(new Batch().put("c/a", bytes("1")).put("c/b/x", bytes("2")));

    assertThat(storage().list("c/", "", 1)).isEqualTo(new Page(List.of("a"), true));
    assertThat(storage().list("c/", "a", 1)).isEqualTo(new Page(List.of("b/"), false));
    assertThat(storage().list("c/", "", 2)).isEqualTo(new Page(List.of("a", "b/"), false));
    assertThat(storage().list("c/", "b/", 2)).isEqualTo(new Page(List.of(), false));
  }

  @Test
  void aPageStartsBehindANameThatIsGoneOrNeverWas() {
    storage().commit(new Batch().put("c/a", bytes("1")).put("c/c", bytes("2")));

    assertThat(storage().list("c/", "b", 9).names()).containsExactly("c");
    assertThat(storage().list("c/", "b/", 9).names()).containsExactly("c");
    assertThat(storage().list("c/", "z", 9).names()).isEmpty();
  }

  @Test
  void takesTheLongestKeyAndRefusesALongerOne() {
    String longest = "c/" + "k".repeat(ReadableStorage.KEY_LENGTH_MAX - 2);
    put(longest, "v");

    assertThat(text(longest)).contains("v");
    assertThatThrownBy(() -> put(longest + "k", "v")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> put("c/" + "é".repeat(ReadableStorage.KEY_LENGTH_MAX / 2), "v"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesKeysThatNoFolderCanHold() {
    for (String key : List.of("", "/", "/a", "a/")) {
      assertThatThrownBy(() -> put(key, "v")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void losesNoWriteOfConcurrentWriters() throws Exception {
    List<Thread> writers = new ArrayList<>();
    for (int w = 0; w < 8; w++) {
      int writer = w;
      writers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < 20; i++) {
                      put("c/w" + writer + "/" + i, "v" + i);
                    }
                  }));
    }
    for (Thread writer : writers) {
      writer.join();
    }

    for (int w = 0; w < 8; w++) {
      for (int i = 0; i < 20; i++) {
        assertThat(text("c/w" + w + "/" + i)).contains("v" + i);
      }
    }
  }

  private List<String> paged(String folder, int limit) {
    List<String> all = new ArrayList<>();
    String after = "";
    Page page;
    do {
      page = storage().list(folder, after, limit);
      assertThat(page.names()).hasSizeLessThanOrEqualTo(limit);
      assertThat(page.more() && page.names().isEmpty()).as("an empty page is the last").isFalse();
      all.addAll(page.names());
      after = page.names().isEmpty() ? after : page.names().getLast();
    } while (page.more());
    return all;
  }

  private List<String> names(String folder) {
    return storage().list(folder, "", 10_000).names();
  }

  private Optional<String> text(String key) {
    return storage().get(key).map(value -> new String(value, UTF_8));
  }

  private void put(String key, String value) {
    storage().commit(new Batch().put(key, bytes(value)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
