package strongroom.storage.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * Of which entry the last state was that came from another node: it explains a log that starts
 * behind it, or has not started. The file: term (8 bytes), index (8), CRC-32C of both, big-endian.
 */
final class InstalledState {
  static final String FILE = "installed";
  private static final int LENGTH = 20;

  private InstalledState() {}

  static void write(Path folder, TermIndex applied) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(LENGTH);
    content.putLong(applied.getTerm()).putLong(applied.getIndex());
    content.putInt(sum(content.array())).flip();
    Path next = folder.resolve(FILE + ".new");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(content);
      channel.force(true);
    }
    Files.move(
        next,
        folder.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Empty where there is none, or not what was written. */
  static Optional<TermIndex> read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length != LENGTH || ByteBuffer.wrap(bytes).getInt(16) != sum(bytes)) {
      return Optional.empty();
    }
    ByteBuffer content = ByteBuffer.wrap(bytes);
    return Optional.of(TermIndex.valueOf(content.getLong(), content.getLong()));
  }

  private static int sum(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content, 0, 16);
    return (int) crc.getValue();
  }
}
