package strongroom.node;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import strongroom.barrier.Barrier;
import strongroom.barrier.SealWrap;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/** Opens the barrier of what no server has open, to look into. */
public final class OfflineBarrier {
  /** What it takes, neither of which the barrier encrypts. */
  public static final List<String> NEEDED = Restoration.NEEDED;

  private OfflineBarrier() {}

  /**
   * Opens it by the seals of {@code protection}; the caller closes it.
   *
   * @param storage at least the entries of {@link #NEEDED}
   * @throws SealFault where the seals do not open it
   * @throws StorageFault.Damaged where the seal record or the keyring is
   */
  public static Barrier open(Storage storage, Protection protection) {
    if (protection.takesShares()) {
      throw new SealFault.Configuration(
          "key shares unseal it, and only a running server takes them", null);
    }
    SealRecord record =
        new SealRecords(storage)
            .load()
            .orElseThrow(() -> new StorageFault.Damaged("it holds no installation", null));
    NodeParts parts =
        new NodeParts(
            storage,
            protection,
            new Nothing(),
            Leadership.ALONE,
            "",
            new Barrier.Source(
                Clock.systemUTC(), new SecureRandom(), new SealWrap(true, Set.of())));
    try {
      return new RootKeys(parts).openBarrier(record, Optional.empty());
    } catch (WrongSharesException e) {
      throw new IllegalStateException("a seal that unseals by itself takes no shares", e);
    }
  }

  /** Nothing runs on it. */
  private static final class Nothing implements ServiceFactory {
    @Override
    public String bootstrap(Storage barrier) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Service open(Storage barrier) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String createRootToken() {
      throw new UnsupportedOperationException();
    }
  }
}
