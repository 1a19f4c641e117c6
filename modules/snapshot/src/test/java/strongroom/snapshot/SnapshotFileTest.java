package strongroom.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.logical.JsonObject;

/** A snapshot is read as it was written, and not at all where it is not. */
class SnapshotFileTest {
  private static final Manifest ABOUT =
      new Manifest(
          "2-7-1",
          7,
          2,
          0,
          0,
          Instant.parse("2026-11-26T12:00:00Z"),
          "1.2.3",
          "id of the cluster",
          "its name",
          List.of(JsonObject.builder().put("key_label", "the label").build()));

  private static final Map<String, byte[]> STATE = state();

  @TempDir Path folder;

  private static Map<String, byte[]> state() {
    Map<String, byte[]> state = new LinkedHashMap<>();
    state.put("core/empty", new byte[0]);
    state.put("core/one", "value".getBytes(UTF_8));
    for (int i = 0; i < 300; i++) {
      byte[] value = new byte[i * 7];
      Arrays.fill(value, (byte) i);
      state.put("logical/" + (1000 + i) + "/ä", value);
    }
    return state;
  }

  private static byte[] written() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotFile.write(
        out,
        ABOUT,
        to -> {
          for (Map.Entry<String, byte[]> entry : STATE.entrySet()) {
            to.entry(entry.getKey().getBytes(UTF_8), entry.getValue());
          }
        },
        sums -> "sealed".getBytes(UTF_8));
    return out.toByteArray();
  }

  private static SnapshotFile.Read read(byte[] file) throws IOException {
    return SnapshotFile.read(new ByteArrayInputStream(file), (key, value) -> {});
  }

  @Test
  void isReadAsItWasWritten() throws IOException {
    Map<String, byte[]> back = new LinkedHashMap<>();
    SnapshotFile.Read read =
        SnapshotFile.read(
            new ByteArrayInputStream(written()),
            (key, value) -> back.put(new String(key, UTF_8), value));
    assertThat(back).containsExactlyEntriesOf(STATE);
    assertThat(read.entries()).isEqualTo(STATE.size());
    assertThat(read.manifest()).contains(ABOUT.counted(302, read.files().get("state.bin")));
    assertThat(read.files())
        .containsOnlyKeys("meta.json", "state.bin", "SHA256SUMS", "SHA256SUMS.sealed");
    assertThat(read.sealedSums()).asString(UTF_8).isEqualTo("sealed");
    assertThat(read.sums())
        .asString(UTF_8)
        .matches("(?s)[0-9a-f]{64}  meta\\.json\n.*state\\.bin\n");
  }

  @Test
  void whatEndsEarlyIsRefusedWhereverItEnds() throws IOException {
    byte[] whole = written();
    for (int length = 0; length < whole.length; length += 1 + length / 20) {
      byte[] torn = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(torn)).as("%s bytes", length).isInstanceOf(SnapshotFault.class);
    }
    byte[] almost = Arrays.copyOf(whole, whole.length - 1);
    assertThatThrownBy(() -> read(almost)).isInstanceOf(SnapshotFault.class);
  }

  /** The files of {@link #written}, which a test may alter and pack again. */
  private Map<String, byte[]> parts() throws IOException {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    TarGz.read(
        new ByteArrayInputStream(written()),
        (name, size, content) -> parts.put(name, content.readAllBytes()));
    return parts;
  }

  private byte[] packed(Map<String, byte[]> parts) throws IOException {
    Path file = folder.resolve("packed");
    TarGz.write(file, parts, Instant.EPOCH);
    return Files.readAllBytes(file);
  }

  @Test
  void whatWasAlteredIsRefusedByTheNameOfThePart() throws IOException {
    Map<String, byte[]> state = parts();
    byte[] content = state.get("state.bin");
    content[content.length - 1] ^= 1;
    assertThatThrownBy(() -> read(packed(state)))
        .isInstanceOf(SnapshotFault.class)
        .hasMessageStartingWith("state.bin is torn or altered");

    Map<String, byte[]> meta = parts();
    String text = new String(meta.get("meta.json"), UTF_8);
    meta.put("meta.json", text.replace("its name", "another").getBytes(UTF_8));
    assertThatThrownBy(() -> read(packed(meta)))
        .isInstanceOf(SnapshotFault.class)
        .hasMessageStartingWith("meta.json is torn or altered");

    Map<String, byte[]> sums = parts();
    sums.remove("SHA256SUMS");
    assertThatThrownBy(() -> read(packed(sums)))
        .isInstanceOf(SnapshotFault.class)
        .hasMessage("it lacks SHA256SUMS");

    Map<String, byte[]> more = parts();
    more.put("more", new byte[1]);
    assertThatThrownBy(() -> read(packed(more))).isInstanceOf(SnapshotFault.class);
  }

  @Test
  void whatIsNoArchiveIsSaidToBeNone() {
    assertThatThrownBy(() -> read("nonsense, and enough of it".getBytes(UTF_8)))
        .isInstanceOf(SnapshotFault.class)
        .hasMessageStartingWith("it is no gzipped tar archive");
  }

  @Test
  void aSourceThatCannotBeReadIsNoDamage() throws IOException {
    byte[] whole = written();
    InputStream breaking =
        new FilterInputStream(new ByteArrayInputStream(whole)) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            if (in.available() < whole.length / 2) {
              throw new IOException("the disk");
            }
            return super.read(bytes, offset, Math.min(length, 1000));
          }
        };
    assertThatThrownBy(() -> SnapshotFile.read(breaking, (key, value) -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("the disk");
    assertThatThrownBy(
            () ->
                SnapshotFile.read(
                    new ByteArrayInputStream(whole),
                    (key, value) -> {
                      throw new IOException("no room");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("no room");
  }
}
