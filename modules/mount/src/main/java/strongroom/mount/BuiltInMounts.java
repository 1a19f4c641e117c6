package strongroom.mount;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import strongroom.logical.Refusal;
import strongroom.storage.Storage;
import strongroom.storage.Transaction;

/** The mounts that every installation has, and that nobody moves or disables. */
public final class BuiltInMounts {
  private static final String IDENTITY = "identity/";
  private static final Set<String> TYPES = Set.of("system", "cubbyhole", "identity", "token");

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
            identity(random),
            MountEntry.fresh("auth/token/", "token", "token based credentials", Map.of(), random)));
  }

  private static MountEntry identity(SecureRandom random) {
    return MountEntry.fresh(IDENTITY, "identity", "identity store", Map.of(), random);
  }

  /** Adds those that the version which initialized {@code barrier} did not have. */
  public static void complete(Storage barrier, SecureRandom random) {
    List<MountEntry> stored = StoredMounts.read(barrier);
    if (stored.stream().anyMatch(entry -> entry.path().equals(IDENTITY))) {
      return;
    }
    List<MountEntry> all = new ArrayList<>(stored);
    all.add(identity(random));
    try (Transaction transaction = new Transaction(barrier)) {
      StoredMounts.write(transaction, all);
      transaction.commit();
    }
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
