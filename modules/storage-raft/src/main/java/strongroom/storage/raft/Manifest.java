package strongroom.storage.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import strongroom.storage.StorageFault;

/**
 * RocksDB's list of its files, looked at before RocksDB opens it: of one with a flipped bit it may
 * never come back, and spin until the process is killed.
 *
 * <p>CURRENT names the manifest. That is blocks of 32 KiB with records: masked CRC-32C of type and
 * content (4 bytes), length (2), type (1; whole, first, middle, last part), content. Numbers are
 * little-endian.
 */
final class Manifest {
  private static final int BLOCK_LENGTH = 32 * 1024;
  private static final int HEADER_LENGTH = 7;
  private static final int TYPE_MAX = 4;
  private static final int MASK = 0xa282ead8;

  private Manifest() {}

  /**
   * Checks the manifest of the state in {@code folder}, but for a last record that was cut off, as
   * a loss of power leaves it.
   */
  static void require(Path folder) {
    Path current = folder.resolve("CURRENT");
    try {
      String name = new String(Files.readAllBytes(current), StandardCharsets.ISO_8859_1);
      if (!name.matches("MANIFEST-\\d+\n")) {
        throw damaged(current);
      }
      Path manifest = folder.resolve(name.strip());
      if (!isWhole(Files.readAllBytes(manifest))) {
        throw damaged(manifest);
      }
    } catch (NoSuchFileException e) {
      throw new StorageFault.Damaged(e.getFile() + " is missing", e);
    } catch (IOException e) {
      throw new StorageFault.Unavailable(folder + " cannot be read: " + e, e);
    }
  }

  private static StorageFault damaged(Path file) {
    return new StorageFault.Damaged(
        file + " is not what was written; restore the folder from a backup", null);
  }

  private static boolean isWhole(byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    int records = 0;
    while (bytes.remaining() >= HEADER_LENGTH) {
      int left = BLOCK_LENGTH - bytes.position() % BLOCK_LENGTH;
      if (left < HEADER_LENGTH) {
        bytes.position(bytes.position() + left);
        continue;
      }
      int sum = bytes.getInt();
      int length = Short.toUnsignedInt(bytes.getShort());
      int typeAt = bytes.position();
      int type = bytes.get();
      if (length > left - HEADER_LENGTH || type < 1 || type > TYPE_MAX) {
        return false;
      }
      if (length > bytes.remaining()) {
        break;
      }
      CRC32C crc = new CRC32C();
      crc.update(content, typeAt, length + 1);
      if (Integer.rotateRight((int) crc.getValue(), 15) + MASK != sum) {
        return false;
      }
      bytes.position(typeAt + 1 + length);
      records++;
    }
    return records > 0;
  }
}
