package strongroom.system;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import strongroom.logical.Refusal;
import strongroom.mount.MountTable;

/** How managed keys are named, and what names there are already. */
final class ManagedKeyNames {
  private static final int LENGTH_MAX = 128;

  private final MountTable mounts;
  private final SecureRandom random;

  ManagedKeyNames(MountTable mounts, SecureRandom random) {
    this.mounts = mounts;
    this.random = random;
  }

  /** {@code text} in small letters, where it can be a name. */
  static String checked(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    if (name.length() > LENGTH_MAX || !name.matches("[a-z0-9]([a-z0-9_.-]*[a-z0-9])?")) {
      throw Refusal.invalid(
          "a managed key's name has letters, digits, and between them . _ - up to " + LENGTH_MAX);
    }
    return name;
  }

  /** A new one (RFC 9562 in form only: all of it is random). */
  String uuid() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of()
        .formatHex(bytes)
        .replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }

  boolean isMount(String path) {
    return mounts.find(path).isPresent();
  }
}
