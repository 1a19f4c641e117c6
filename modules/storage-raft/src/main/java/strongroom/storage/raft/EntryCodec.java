package strongroom.storage.raft;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

/**
 * The content of a Raft entry: format version (1 byte), but for format 1 the only term in which it
 * may take effect (8 bytes, big-endian, 0 for any), then the writes one after the other, each the
 * key's length (4 bytes, big-endian) and UTF-8 bytes, the value's length or -1 for a delete, and
 * the value. Several batches stand in one entry as one list: they take effect together.
 *
 * <p>Formats 3 and 4 are of a restore ({@link Staging}): behind the term stand its name (16 bytes)
 * and how many entries of format 3 it had before (8). Format 3 has writes that are set aside;
 * format 4 has none, and puts what was set aside in the place of all else.
 */
final class EntryCodec {
  private static final int FORMAT = 1;
  private static final int FORMAT_OF_TERM = 2;
  private static final int FORMAT_STAGED = 3;
  private static final int FORMAT_EXCHANGE = 4;
  private static final int TERM_END = 1 + Long.BYTES;
  private static final int STEP_END = TERM_END + Staging.Step.LENGTH;
  private static final int DELETE = -1;

  private EntryCodec() {}

  /** The writes of {@code batch}, without the entry's format byte. */
  static byte[] encode(Batch batch) {
    List<byte[]> keys = new ArrayList<>(batch.writes().size());
    int length = 0;
    for (Map.Entry<String, Optional<byte[]>> write : batch.writes().entrySet()) {
      byte[] key = write.getKey().getBytes(StandardCharsets.UTF_8);
      keys.add(key);
      int value = write.getValue().map(bytes -> bytes.length).orElse(0);
      length = Math.addExact(length, 2 * Integer.BYTES + key.length + value);
    }
    ByteBuffer out = ByteBuffer.allocate(length);
    int at = 0;
    for (Optional<byte[]> value : batch.writes().values()) {
      byte[] key = keys.get(at++);
      out.putInt(key.length).put(key).putInt(value.map(bytes -> bytes.length).orElse(DELETE));
      value.ifPresent(out::put);
    }
    return out.array();
  }

  /**
   * An entry of several batches' writes.
   *
   * @param term the only term in which it may take effect, 0 for any
   */
  static ByteString entry(List<byte[]> batches, long term) {
    int length = 1 + Long.BYTES;
    for (byte[] batch : batches) {
      length += batch.length;
    }
    ByteString.Output out = ByteString.newOutput(length);
    if (term == 0) {
      out.write(FORMAT);
    } else {
      out.write(FORMAT_OF_TERM);
      byte[] only = ByteBuffer.allocate(Long.BYTES).putLong(term).array();
      out.write(only, 0, only.length);
    }
    for (byte[] batch : batches) {
      out.write(batch, 0, batch.length);
    }
    return out.toByteString();
  }

  /** An entry of a restore. {@code writes}: as {@link #encode} makes them; none to exchange. */
  static ByteString step(Staging.Step step, long term, byte[] writes) {
    ByteBuffer out = ByteBuffer.allocate(STEP_END + writes.length);
    out.put((byte) (step.exchanges() ? FORMAT_EXCHANGE : FORMAT_STAGED)).putLong(term);
    out.put(step.toBytes()).put(writes);
    return UnsafeByteOperations.unsafeWrap(out.flip());
  }

  /** What {@code entry} is of a restore; empty for any other. */
  static Optional<Staging.Step> step(ByteString entry) {
    int format = entry.isEmpty() ? 0 : entry.byteAt(0);
    boolean of = format == FORMAT_STAGED || format == FORMAT_EXCHANGE;
    if (!of || entry.size() < STEP_END) {
      return Optional.empty(); // and where it is not what it should be, reading it tells
    }
    ByteBuffer step = entry.substring(TERM_END, STEP_END).asReadOnlyByteBuffer();
    return Optional.of(Staging.Step.read(step, format == FORMAT_EXCHANGE));
  }

  /** Whether {@code entry} may take effect where the log has it in {@code term}. */
  static boolean mayTakeEffect(ByteString entry, long term) {
    if (entry.size() < TERM_END || entry.byteAt(0) == FORMAT) {
      return true; // and where it is not what it should be, reading it tells
    }
    long only = entry.substring(1, TERM_END).asReadOnlyByteBuffer().getLong();
    return only == 0 || only == term;
  }

  /** Takes a write out of an entry. */
  interface Writes {
    void put(byte[] key, byte[] value);

    void delete(byte[] key);
  }

  /** Hands every write of {@code entry} to {@code writes}, in order. */
  static void decode(ByteString entry, Writes writes) {
    try (InputStream stream = entry.newInput();
        DataInputStream in = new DataInputStream(stream)) {
      int format = in.read();
      switch (format) {
        case FORMAT -> {}
        case FORMAT_OF_TERM -> in.skipNBytes(TERM_END - 1);
        case FORMAT_STAGED, FORMAT_EXCHANGE -> in.skipNBytes(STEP_END - 1);
        default ->
            throw new StorageFault.Damaged(
                "a Raft entry is of format "
                    + format
                    + "; this version knows "
                    + FORMAT
                    + " to "
                    + FORMAT_EXCHANGE,
                null);
      }
      while (in.available() > 0) {
        byte[] key = whole(in, in.readInt());
        int length = in.readInt();
        if (length == DELETE) {
          writes.delete(key);
        } else {
          writes.put(key, whole(in, length));
        }
      }
    } catch (IOException e) {
      throw new StorageFault.Damaged("a Raft entry ends before its last write does", e);
    }
  }

  /** The next {@code length} bytes; fewer are no key and no value. */
  private static byte[] whole(DataInputStream in, int length) throws IOException {
    if (length < 0 || length > in.available()) {
      throw new EOFException("a length of " + length + " with " + in.available() + " bytes left");
    }
    return in.readNBytes(length);
  }
}
