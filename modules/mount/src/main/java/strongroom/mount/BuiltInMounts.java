package strongroom.mount;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import strongroom.logical.Refusal;
import strongroom.storage.Transaction;

/** The mounts that every installation has, and that nobody moves or disables. */
public final class BuiltInMounts {
  private static final Set<String> TYPES = Set.of("system", "cubbyhole", "token");

  private BuiltInMounts() {}

  /** Writes them. */
  public static void bootstrap(Transaction transaction, SecureRandom random) {
    StoredMounts.write(
        transaction,
        List.of(
            MountEntry.fresh(
                "cubbyhole/", "cubbyhole", "per-token private secret storage", Map.of(), random),
            MountEntry.fresh(
                "sys/",
                "system",
                "system endpoints used for control, policy and debugging",
                Map.of(),
                random),
            MountEntry.fresh("auth/token/", "token", "token based credentials", Map.of(), random)));
  }

  static boolean isType(String type) {
    return TYPES.contains(type);
  }

  static void refuse(MountEntry entry) {
    if (isType(entry.type())) {
      throw Refusal.invalid(
          entry.path() + " is always there: it can be neither moved nor disabled");
    }
  }
}
