package strongroom.mount;

import java.util.List;
import strongroom.logical.Refusal;

/** Which paths a mount may have. */
final class MountPath {
  private static final int LENGTH_MAX = 500;
  private static final List<String> RESERVED = List.of("sys/", "cubbyhole/", "identity/", "audit/");

  private MountPath() {}

  /** {@code path} without the slash at its end. */
  private static String name(String path) {
    return path.substring(0, path.length() - 1);
  }

  /** Refuses {@code path}, which ends with a slash, where no mount may stand. */
  static void check(String path) {
    String bare = path.startsWith("auth/") ? path.substring("auth/".length()) : path;
    boolean printable = bare.chars().noneMatch(c -> c < 0x20 || c == 0x7f || c == '*' || c == '+');
    if (bare.length() < 2
        || !bare.endsWith("/")
        || bare.startsWith("/")
        || bare.contains("//")
        || bare.length() > LENGTH_MAX
        || !printable
        || !name(bare).equals(name(bare).strip())) {
      throw Refusal.invalid(
          "a mount's path has 1 to "
              + LENGTH_MAX
              + " printable characters, no empty part, no * and no +");
    }
    for (String reserved : RESERVED) {
      if (path.startsWith(reserved)) {
        throw Refusal.invalid("paths below " + reserved + " belong to the server");
      }
    }
  }
}
