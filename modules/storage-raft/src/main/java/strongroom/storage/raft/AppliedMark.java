package strongroom.storage.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * How far this folder's entries have been applied, kept in a file beside log and state: a witness
 * against a log that has lost its end or was put back from an older copy. The log alone cannot tell
 * a lost end from one that was never written.
 *
 * <p>It is written into mapped memory, at no cost to speak of, and so outlives a kill. After a loss
 * of power it may be behind, never ahead, since an entry is applied only once the log is synced.
 *
 * <p>The file: two places of 32 bytes, written by turns so that one is whole whenever the process
 * dies. Each is a format (8 bytes), term (8), index (8), CRC-32C of the entry's data (4; 0 for an
 * entry of Raft's own) and CRC-32C of what is in front of it (4), big-endian.
 */
final class AppliedMark implements AutoCloseable {
  private static final long FORMAT = 0x5354524d41524b31L;
  private static final int PLACE_LENGTH = 32;
  private static final int SUMMED_LENGTH = 28;

  private final FileChannel file;
  private final MappedByteBuffer places;

  /** The last entry marked. Written by Raft's one applying thread. */
  private volatile @Nullable Mark last;

  private int next;

  /** An entry that was applied: which, and a CRC-32C of its data. */
  record Mark(TermIndex entry, int checksum) {}

  private AppliedMark(FileChannel file, MappedByteBuffer places) {
    this.file = file;
    this.places = places;
    Mark first = read(places, 0);
    Mark second = read(places, 1);
    boolean secondIsNewer =
        second != null && (first == null || second.entry().getIndex() > first.entry().getIndex());
    this.last = secondIsNewer ? second : first;
    this.next = secondIsNewer ? 0 : 1;
  }

  /** Opens the mark in {@code path}, or makes one that says nothing. */
  static AppliedMark open(Path path) throws IOException {
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      MappedByteBuffer places = file.map(FileChannel.MapMode.READ_WRITE, 0, 2L * PLACE_LENGTH);
      return new AppliedMark(file, places);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** The last entry that is known to have been applied; null where nothing is known. */
  @Nullable Mark last() {
    return last;
  }

  /** Remembers that {@code entry}, whose data is {@code data}, has been applied. */
  void advance(TermIndex entry, ByteString data) {
    Mark before = last;
    if (before != null && entry.getIndex() <= before.entry().getIndex()) {
      return;
    }
    Mark mark = new Mark(entry, checksum(data));
    ByteBuffer place = ByteBuffer.allocate(PLACE_LENGTH).putLong(FORMAT);
    place.putLong(entry.getTerm()).putLong(entry.getIndex()).putInt(mark.checksum());
    place.putInt(sum(place.array()));
    places.put(next * PLACE_LENGTH, place.array());
    next = 1 - next;
    last = mark;
  }

  static int checksum(ByteString data) {
    CRC32C crc = new CRC32C();
    data.asReadOnlyByteBufferList().forEach(crc::update);
    return (int) crc.getValue();
  }

  private static @Nullable Mark read(MappedByteBuffer places, int number) {
    byte[] bytes = new byte[PLACE_LENGTH];
    places.get(number * PLACE_LENGTH, bytes);
    ByteBuffer place = ByteBuffer.wrap(bytes);
    if (place.getLong() != FORMAT || place.getInt(SUMMED_LENGTH) != sum(bytes)) {
      return null;
    }
    return new Mark(TermIndex.valueOf(place.getLong(), place.getLong()), place.getInt());
  }

  private static int sum(byte[] place) {
    CRC32C crc = new CRC32C();
    crc.update(place, 0, SUMMED_LENGTH);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    places.force();
    file.close();
  }
}
