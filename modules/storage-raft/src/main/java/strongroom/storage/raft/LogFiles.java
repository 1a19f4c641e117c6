package strongroom.storage.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import strongroom.storage.StorageFault;

/**
 * The files of Ratis' log, looked at before Ratis opens them: where they start and end, and one
 * entry. Ratis drops without a word a log that ends before the state does, which is how one looks
 * that has lost its end.
 *
 * <p>A file holds "RaftLog1", then the entries one after the other: length (protobuf's variable
 * integer), entry, CRC-32 (4 bytes). Behind the last stand zeros, set aside for more.
 */
final class LogFiles {
  private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?(\\d+)(?:-(\\d+))?");
  private static final int HEADER_LENGTH = "RaftLog1".getBytes(StandardCharsets.US_ASCII).length;
  private static final int CHECKSUM_LENGTH = 4;

  private final List<Segment> segments;

  /** A file from entry {@code first} on; the last one it says it has, empty where it is open. */
  private record Segment(Path file, long first, Optional<Long> last) {}

  private LogFiles(List<Segment> segments) {
    this.segments = segments;
  }

  /** Those in {@code folder}; none where it is missing. */
  static LogFiles in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return new LogFiles(List.of());
    }
    try (Stream<Path> files = Files.list(folder)) {
      return new LogFiles(
          files
              .flatMap(file -> segment(file).stream())
              .sorted(Comparator.comparingLong(Segment::first))
              .toList());
    }
  }

  private static Optional<Segment> segment(Path file) {
    Matcher matcher = SEGMENT.matcher(file.getFileName().toString());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Optional<Long> last = Optional.ofNullable(matcher.group(2)).map(Long::valueOf);
    return Optional.of(new Segment(file, Long.parseLong(matcher.group(1)), last));
  }

  /** The first entry's index; empty where there is no log. */
  Optional<Long> first() {
    return segments.isEmpty() ? Optional.empty() : Optional.of(segments.getFirst().first());
  }

  /** The file that the log ends in. There is one. */
  Path lastFile() {
    return segments.getLast().file();
  }

  /** The last entry's index. There is a log. */
  long end() throws IOException {
    Segment segment = segments.getLast();
    if (segment.last().isPresent()) {
      return segment.last().get();
    }
    return segment.first() + walk(segment.file(), Long.MAX_VALUE).count() - 1;
  }

  /** The entry at {@code index}; empty where the log has it not, or not in one piece. */
  Optional<LogEntryProto> entry(long index) throws IOException {
    for (Segment segment : segments.reversed()) {
      if (segment.first() <= index) {
        byte[] found = walk(segment.file(), index - segment.first()).entry();
        try {
          return found.length == 0 ? Optional.empty() : Optional.of(LogEntryProto.parseFrom(found));
        } catch (InvalidProtocolBufferException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /** Hands every whole entry from {@code first} on to {@code reader}, in order. */
  void entriesFrom(long first, Consumer<LogEntryProto> reader) throws IOException {
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      boolean before = i + 1 < segments.size() && segments.get(i + 1).first() <= first;
      if (!before) {
        each(segment, first, reader);
      }
    }
  }

  private static void each(Segment segment, long first, Consumer<LogEntryProto> reader)
      throws IOException {
    long index = segment.first();
    try (FileChannel channel = FileChannel.open(segment.file(), StandardOpenOption.READ)) {
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      bytes.position(Math.min(HEADER_LENGTH, bytes.limit()));
      for (int length = length(bytes); length > 0; length = length(bytes), index++) {
        if (length > bytes.remaining() - CHECKSUM_LENGTH) {
          return; // cut off, as a loss of power leaves it
        }
        ByteBuffer entry = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length + CHECKSUM_LENGTH);
        if (index >= first) {
          reader.accept(parsed(segment, index, entry));
        }
      }
    }
  }

  private static LogEntryProto parsed(Segment segment, long index, ByteBuffer entry) {
    try {
      return LogEntryProto.parseFrom(entry);
    } catch (InvalidProtocolBufferException e) {
      throw new StorageFault.Damaged(
          "entry " + index + " in " + segment.file() + " is not what was written", e);
    }
  }

  /** What a walk has met: whole entries passed, and the one looked for, or nothing. */
  private record Walk(long count, byte[] entry) {}

  private static Walk walk(Path file, long wanted) throws IOException {
    long count = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      if (bytes.remaining() < HEADER_LENGTH) {
        return new Walk(0, new byte[0]);
      }
      bytes.position(HEADER_LENGTH);
      for (int length = length(bytes); length > 0; length = length(bytes)) {
        if (length > bytes.remaining() - CHECKSUM_LENGTH) {
          break;
        }
        if (count == wanted) {
          byte[] entry = new byte[length];
          bytes.get(entry);
          return new Walk(count, entry);
        }
        bytes.position(bytes.position() + length + CHECKSUM_LENGTH);
        count++;
      }
    }
    return new Walk(count, new byte[0]);
  }

  /** The variable integer that comes next; 0 where there is none. */
  private static int length(ByteBuffer bytes) {
    int length = 0;
    for (int shift = 0; shift < 35 && bytes.hasRemaining(); shift += 7) {
      byte part = bytes.get();
      length |= (part & 0x7f) << shift;
      if (part >= 0) {
        return Math.max(0, length);
      }
    }
    return 0;
  }
}
