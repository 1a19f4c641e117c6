package strongroom.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Where an audit file may be: in an allowed folder after all links are followed, itself no link, a
 * plain file, and new, empty or an audit file already. Who may enable devices must not be able to
 * spoil other files by it.
 *
 * @param file absolute
 * @param folders where it may be; empty for anywhere
 * @param prefix what lines begin with
 */
record FilePlace(Path file, List<Path> folders, String prefix) {
  private static final String RECORD = "{\"time\":";

  /** Never for audit files, whoever asks. */
  private static final List<Path> NEVER =
      List.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"), Path.of("/etc"));

  /**
   * The file with its folder's links followed.
   *
   * @throws AuditFault where it may not be there
   */
  Path checked() throws IOException {
    Path parent = file.getParent();
    Path name = file.getFileName();
    if (parent == null || name == null || !file.isAbsolute()) {
      throw new AuditFault("file_path must be absolute and name a file");
    }
    if (!Files.isDirectory(parent)) {
      throw new IOException("the folder of file_path does not exist: " + parent);
    }
    Path folder = parent.toRealPath();
    if (NEVER.stream().anyMatch(folder::startsWith)) {
      throw new AuditFault("file_path must not be in " + folder);
    }
    if (!folders.isEmpty() && !inside(folder)) {
      throw new AuditFault(
          "file_path is not in one of the folders for audit files (audit_folders): " + folders);
    }
    Path real = folder.resolve(name);
    if (Files.exists(real, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
      throw new AuditFault("file_path is there and is no plain file");
    }
    return real;
  }

  private boolean inside(Path folder) throws IOException {
    for (Path allowed : folders) {
      if (Files.isDirectory(allowed) && folder.startsWith(allowed.toRealPath())) {
        return true;
      }
    }
    return false;
  }

  /** Refuses a file that holds something else than audit records. */
  void checkContent(FileChannel opened) throws IOException {
    if (opened.size() == 0) {
      return;
    }
    // Lines with another prefix, from before it was set, are records too.
    ByteBuffer head = ByteBuffer.allocate(OptionReader.PREFIX_LENGTH_MAX + RECORD.length());
    opened.read(head, 0);
    String text = new String(head.array(), 0, head.position(), StandardCharsets.UTF_8);
    int record = text.indexOf(RECORD);
    if (record < 0 || !OptionReader.prefixFits(text.substring(0, record))) {
      throw new AuditFault("file_path is there and is no audit file; it is not touched");
    }
  }
}
