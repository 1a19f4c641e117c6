package strongroom.http;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of a Unix socket: who may open it, and what a crash has left of it. */
final class UnixSocketFile {
  private static final Logger LOG = LoggerFactory.getLogger(UnixSocketFile.class);

  /** From the highest bit of {@code rwxrwxrwx} to the lowest. */
  private static final PosixFilePermission[] BITS = {
    PosixFilePermission.OWNER_READ,
    PosixFilePermission.OWNER_WRITE,
    PosixFilePermission.OWNER_EXECUTE,
    PosixFilePermission.GROUP_READ,
    PosixFilePermission.GROUP_WRITE,
    PosixFilePermission.GROUP_EXECUTE,
    PosixFilePermission.OTHERS_READ,
    PosixFilePermission.OTHERS_WRITE,
    PosixFilePermission.OTHERS_EXECUTE
  };

  private static final int MODE_MAX = 0777;

  private final HttpSettings.Unix settings;

  UnixSocketFile(HttpSettings.Unix settings) {
    this.settings = settings;
    if (!settings.mode().isEmpty()) {
      permissions(settings.mode());
    }
  }

  /**
   * Removes the socket that a process which is no more has left.
   *
   * @throws HttpFault where it is no socket, or somebody listens on it
   */
  void makeWay() {
    Path path = settings.path();
    try {
      if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther()) {
        throw new HttpFault(path + " is there and no socket: it is left alone", null);
      }
      if (somebodyListens()) {
        throw new HttpFault(path + " is in use: another process listens on it", null);
      }
      Files.delete(path);
    } catch (IOException e) {
      throw new HttpFault(path + " is in the way and cannot be removed: " + e.getMessage(), e);
    }
  }

  private boolean somebodyListens() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(settings.path()));
    } catch (IOException e) {
      // Nobody does: what is left is a name.
      return false;
    }
  }

  /** Gives the open socket its permissions and its owner. */
  void own() {
    Path path = settings.path();
    try {
      UserPrincipalLookupService names = path.getFileSystem().getUserPrincipalLookupService();
      if (!settings.group().isEmpty()) {
        Files.setAttribute(path, "posix:group", names.lookupPrincipalByGroupName(settings.group()));
      }
      if (!settings.user().isEmpty()) {
        Files.setOwner(path, names.lookupPrincipalByName(settings.user()));
      }
      if (!settings.mode().isEmpty()) {
        Files.setPosixFilePermissions(path, permissions(settings.mode()));
      }
    } catch (IOException e) {
      throw new HttpFault(path + " cannot be given its mode, user or group: " + e.getMessage(), e);
    }
  }

  /** Removes the name, so that nobody connects any more. */
  void remove() {
    try {
      Files.deleteIfExists(settings.path());
    } catch (IOException e) {
      LOG.warn("{} is left behind: {}", settings.path(), e.getMessage());
    }
  }

  private static Set<PosixFilePermission> permissions(String octal) {
    int mode;
    try {
      mode = Integer.parseInt(octal, 8);
    } catch (NumberFormatException e) {
      throw new HttpFault("socket_mode is \"" + octal + "\"; it is octal, such as 600", e);
    }
    if (mode < 0 || mode > MODE_MAX) {
      throw new HttpFault("socket_mode is " + octal + "; it is from 000 to 777", null);
    }
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (int bit = 0; bit < BITS.length; bit++) {
      if ((mode & 1 << (BITS.length - 1 - bit)) != 0) {
        permissions.add(BITS[bit]);
      }
    }
    return permissions;
  }
}
