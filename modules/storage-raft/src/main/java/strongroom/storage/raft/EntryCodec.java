package strongroom.storage.raft;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

/**
 * The content of a Raft entry: format version (1 byte), then the writes one after the other, each
 * the key's length (4 bytes, big-endian) and UTF-8 bytes, the value's length or -1 for a delete,
 * and the value. Several batches stand in one entry as one list: they take effect together.
 */
final class EntryCodec {
  private static final int FORMAT = 1;
  private static final int DELETE = -1;

  private EntryCodec() {}

  /** The writes of {@code batch}, without the entry's format byte. */
  static byte[] encode(Batch batch) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Map.Entry<String, Optional<byte[]>> write : batch.writes().entrySet()) {
        byte[] key = write.getKey().getBytes(StandardCharsets.UTF_8);
        out.writeInt(key.length);
        out.write(key);
        Optional<byte[]> value = write.getValue();
        if (value.isPresent()) {
          out.writeInt(value.get().length);
          out.write(value.get());
        } else {
          out.writeInt(DELETE);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /** An entry of several batches' writes. */
  static ByteString entry(Iterable<byte[]> batches, int length) {
    ByteString.Output out = ByteString.newOutput(length + 1);
    out.write(FORMAT);
    for (byte[] batch : batches) {
      out.write(batch, 0, batch.length);
    }
    return out.toByteString();
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
      if (format != FORMAT) {
        throw new StorageFault.Damaged(
            "a Raft entry is of format " + format + "; this version knows " + FORMAT, null);
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
