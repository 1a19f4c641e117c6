package strongroom.barrier;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/**
 * Which entries are sealed twice: some of the server's own, and all of the mounts that ask for it.
 * One object says so for a node's whole life; the mounts come and go with each unsealing.
 */
public final class SealWrap {
  private final boolean enabled;
  private final Set<String> own;

  /** The server's own and the mounts' folders together; replaced as a whole. */
  private volatile Set<String> listed;

  /**
   * Lists the server's own entries.
   *
   * @param enabled whether what is written is sealed twice; what was is read all the same
   * @param own entries, and folders of one part or two, with a slash behind
   */
  public SealWrap(boolean enabled, Set<String> own) {
    this.enabled = enabled;
    this.own = Set.copyOf(own);
    this.listed = this.own;
  }

  /** Lists these folders, with a slash behind, in place of the mounts' before. */
  public void setMounts(Set<String> folders) {
    Set<String> all = new HashSet<>(own);
    all.addAll(folders);
    listed = Collections.unmodifiableSet(all);
  }

  /** Whether what is written to listed entries is sealed twice. */
  public boolean isEnabled() {
    return enabled;
  }

  /** The entries, and the folders with a slash behind. */
  public Set<String> listed() {
    return listed;
  }

  boolean lists(String path) {
    Set<String> now = listed;
    String folder = folder(path);
    return now.contains(folder)
        || now.contains(folder.substring(0, folder.indexOf('/') + 1))
        || now.contains(path);
  }

  /**
   * The folder that a second seal is bound to: the first two parts of {@code path}, with a slash
   * behind, which is the whole of a mount; or the one part there is.
   */
  static String folder(String path) {
    int first = path.indexOf('/');
    int second = path.indexOf('/', first + 1);
    return path.substring(0, (second < 0 ? first : second) + 1);
  }
}
