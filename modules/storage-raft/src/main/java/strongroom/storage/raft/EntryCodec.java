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
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

/**
 * The content of a Raft entry: format version (1 byte), of format 2 the only term in which it may
 * take effect (8 bytes, big-endian), then the writes one after the other, each the key's length (4
 * bytes, big-endian) and UTF-8 bytes, the value's length or -1 for a delete, and the value. Several
 * batches stand in one entry as one list: they take effect together.
 */
final class EntryCodec {
  private static final int FORMAT = 1;
  private static final int FORMAT_OF_TERM = 2;
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

  /** Whether {@code entry} may take effect where the log has it in {@code term}. */
  static boolean mayTakeEffect(ByteString entry, long term) {
    if (entry.isEmpty() || entry.byteAt(0) != FORMAT_OF_TERM || entry.size() < 1 + Long.BYTES) {
      return true; // and where it is not what it should be, reading it tells
    }
    return entry.substring(1, 1 + Long.BYTES).asReadOnlyByteBuffer().getLong() == term;
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
      if (format == FORMAT_OF_TERM) {
        var _ = in.readLong();
      } else if (format != FORMAT) {
        throw new StorageFault.Damaged(
            "a Raft entry is of format "
                + format
                + "; this version knows "
                + FORMAT
                + " and "
                + FORMAT_OF_TERM,
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
