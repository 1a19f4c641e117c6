package strongroom.storage.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

/**
 * Something in the data folder is not as it was left. Whatever it is: what was acknowledged is
 * there all the same, or the damage is named. Nothing else is served, and the folder is never taken
 * for a new one.
 */
class DamageTest {
  private static final int CASES_AT_ONCE = 24;

  @TempDir static Path folder;
  private static final Map<String, Optional<byte[]>> ACKNOWLEDGED = new TreeMap<>();

  /** How a process left its folder: in order, or killed. */
  private static final Map<String, Path> LEFT = new TreeMap<>();

  private static Path older;

  @BeforeAll
  static void fill() throws IOException {
    Path live = folder.resolve("live");
    RaftSettings settings = new RaftSettings(live, "node1", 1 << 20, 1 << 20, 40, 1 << 20, 0);
    try (RaftStorage storage = Started.with(settings)) {
      write(storage, 0, 30);
    }
    older = folder.resolve("older");
    Folders.copy(live, older);
    try (RaftStorage storage = Started.with(settings)) {
      write(storage, 10, 90);
      storage.commit(new Batch().delete("k/11").delete("k/12"));
      ACKNOWLEDGED.put("k/11", Optional.empty());
      ACKNOWLEDGED.put("k/12", Optional.empty());
      LEFT.put("killed", folder.resolve("killed"));
      Folders.copy(live, folder.resolve("killed"));
    }
    LEFT.put("ended", live);
  }

  private static void write(RaftStorage storage, int from, int to) {
    for (int i = from; i < to; i++) {
      byte[] value = new byte[500];
      Arrays.fill(value, (byte) (i + to));
      storage.commit(new Batch().put("k/" + i, value));
      ACKNOWLEDGED.put("k/" + i, Optional.of(value));
    }
  }

  private interface Damage {
    void to(Path file, Path before) throws IOException;
  }

  private static Map<String, Damage> damages() {
    Map<String, Damage> damages = new TreeMap<>();
    damages.put("missing", (file, before) -> Files.delete(file));
    damages.put("empty", (file, before) -> Files.write(file, new byte[0]));
    damages.put("cut in half", (file, before) -> cut(file, Files.size(file) / 2));
    damages.put("of zeros", (file, before) -> Files.write(file, new byte[(int) Files.size(file)]));
    damages.put("an older one", DamageTest::replace);
    for (int part = 0; part < 2; part++) {
      int at = part;
      damages.put("flipped at " + at, (file, before) -> flip(file, at));
    }
    return damages;
  }

  @Test
  void ofAnyFileIsNamedOrHarmless() throws Exception {
    List<String> outcomes = Collections.synchronizedList(new ArrayList<>());
    // Closing Raft waits for a second, so the cases run side by side.
    try (ExecutorService cases = Executors.newFixedThreadPool(CASES_AT_ONCE)) {
      int number = 0;
      for (Map.Entry<String, Path> left : LEFT.entrySet()) {
        for (Path file : files(left)) {
          for (Map.Entry<String, Damage> damage : damages().entrySet()) {
            Path copy = folder.resolve("copy" + number++);
            cases.submit(
                () ->
                    outcomes.add(
                        left.getKey()
                            + ": "
                            + file
                            + " "
                            + damage.getKey()
                            + ": "
                            + check(left.getValue(), copy, file, damage.getValue())));
          }
        }
      }
    }
    assertThat(outcomes).hasSizeGreaterThan(100);
    assertThat(outcomes).noneMatch(outcome -> outcome.contains("WRONG"));
  }

  /** After an end in order only the log is left in another way. */
  private static List<Path> files(Map.Entry<String, Path> left) throws IOException {
    List<Path> all = Folders.files(left.getValue());
    return left.getKey().equals("ended")
        ? all.stream().filter(file -> file.startsWith("raft")).toList()
        : all;
  }

  @Test
  void ofTheLogsEndIsNoticedAfterAKillToo() throws Exception {
    Path copy = folder.resolve("cut");
    Folders.copy(LEFT.get("killed"), copy);
    Path open =
        Folders.files(copy).stream()
            .filter(file -> file.getFileName().toString().startsWith("log_inprogress"))
            .findFirst()
            .orElseThrow();
    // Not one byte is wrong in what is left: the log just ends earlier.
    zeroFrom(copy.resolve(open), 60_000);

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThat(outcome(copy, open))
          .contains("named", open.getFileName().toString(), "was applied before");
    }
  }

  @Test
  void aLogOfAnotherHistoryIsNoticed() throws Exception {
    Path here = folder.resolve("here");
    Path there = folder.resolve("there");
    Folders.copy(older, here);
    Folders.copy(older, there);
    RaftSettings settings = new RaftSettings(here, "node1", 1 << 20, 1 << 20, 1000, 1 << 20, 0);
    Path killed = folder.resolve("here-killed");
    try (RaftStorage storage = Started.with(settings)) {
      storage.commit(new Batch().put("k/1", new byte[] {1}));
      Folders.copy(here, killed);
    }
    try (RaftStorage storage =
        Started.with(new RaftSettings(there, "node1", 1 << 20, 1 << 20, 1000, 1 << 20, 0))) {
      storage.commit(new Batch().put("k/1", new byte[] {2}));
    }
    // Same entries by number and term, other content.
    Folders.delete(killed.resolve("raft"));
    Folders.copy(there.resolve("raft"), killed.resolve("raft"));

    assertThat(outcome(killed, Path.of("raft"))).contains("named", "of another copy");
  }

  @Test
  void aWholeFolderPutBackIsServedAsItWasThen() throws Exception {
    // Nothing within a folder can tell. What can is outside it: see docs/design-decisions.md.
    Path copy = folder.resolve("back");
    Folders.copy(older, copy);
    try (RaftStorage storage = Started.in(copy)) {
      assertThat(storage.list("k/", "", 1000).names()).hasSize(30);
    }
  }

  private static void zeroFrom(Path file, int from) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int at = 8;
    int next = at;
    while (next < from && bytes[next] != 0) {
      int length = bytes[next] & 0x7f;
      int size = 1;
      if (bytes[next] < 0) {
        length |= (bytes[next + 1] & 0x7f) << 7;
        size = 2;
      }
      at = next;
      next += size + length + 4;
    }
    Arrays.fill(bytes, at, bytes.length, (byte) 0);
    Files.write(file, bytes);
  }

  private static String check(Path left, Path copy, Path file, Damage damage) throws IOException {
    Folders.copy(left, copy);
    try {
      damage.to(copy.resolve(file), older.resolve(file));
      return outcome(copy, file);
    } finally {
      Folders.delete(copy);
    }
  }

  private static String outcome(Path copy, Path file) {
    RaftStorage storage =
        new RaftStorage(new RaftSettings(copy, "node1", 1 << 20, 1 << 20, 40, 1 << 20, 0));
    try (storage) {
      storage.start();
      int named = 0;
      for (Map.Entry<String, Optional<byte[]>> one : ACKNOWLEDGED.entrySet()) {
        try {
          Optional<byte[]> is = storage.get(one.getKey());
          if (is.isPresent() != one.getValue().isPresent()
              || (is.isPresent() && !Arrays.equals(is.get(), one.getValue().get()))) {
            return "WRONG " + one.getKey() + " is " + (is.isPresent() ? "other" : "lost");
          }
        } catch (StorageFault.Damaged e) {
          named++;
        }
      }
      return named == 0 ? "all there" : named + " named";
    } catch (StorageFault.Damaged e) {
      String message = String.valueOf(e.getMessage());
      String part = file.getName(0).toString();
      return message.contains(part) ? "named: " + message : "WRONG not named: " + message;
    } catch (RuntimeException e) {
      return "WRONG " + e;
    }
  }

  private static void cut(Path file, long length) throws IOException {
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Math.max(0, length)));
  }

  private static void replace(Path file, Path before) throws IOException {
    if (Files.exists(before)) {
      Files.write(file, Files.readAllBytes(before));
    }
  }

  private static void flip(Path file, int part) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = bytes.length;
    while (length > 0 && bytes[length - 1] == 0) {
      length--; // what is set aside for later entries says nothing
    }
    if (length > 0) {
      bytes[Math.min(length - 1, length * (part + 1) / 3)] ^= 0x04;
      Files.write(file, bytes);
    }
  }
}
