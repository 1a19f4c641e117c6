package strongroom.node;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import strongroom.seal.ShamirSeal;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/**
 * The recovery key behind the barrier, by its number, where there is a break-glass copy: without
 * the HSM that wrapped it nobody could otherwise tell its holders from others once the node was
 * unsealed by break-glass. Who can read it has the root key anyway. The newest two are kept, since
 * it is written in a commit of its own.
 */
final class RecoveryKeyCopy {
  static final String PATH = "core/recovery-key-copy";
  private static final int KEPT_MAX = 2;

  private RecoveryKeyCopy() {}

  /** The recovery key with {@code number}, where it is kept; the caller closes it. */
  static Optional<SecretBytes> load(Storage barrier, int number) {
    byte[] key = all(barrier).get(number);
    return key == null ? Optional.empty() : Optional.of(SecretBytes.takeFrom(key));
  }

  static void keep(Storage barrier, int number, SecretBytes key) {
    Map<Integer, byte[]> all = all(barrier);
    all.remove(number);
    while (all.size() >= KEPT_MAX) {
      all.remove(all.keySet().iterator().next());
    }
    all.put(number, key.withHeapCopy(byte[]::clone));
    ByteBuffer stored = ByteBuffer.allocate(all.size() * (Integer.BYTES + ShamirSeal.KEY_LENGTH));
    all.forEach((n, bytes) -> stored.putInt(n).put(bytes));
    barrier.commit(new Batch().put(PATH, stored.array()));
  }

  static void forget(Storage barrier) {
    barrier.commit(new Batch().delete(PATH));
  }

  private static Map<Integer, byte[]> all(Storage barrier) {
    Map<Integer, byte[]> all = new LinkedHashMap<>();
    ByteBuffer stored = ByteBuffer.wrap(barrier.get(PATH).orElse(new byte[0]));
    if (stored.remaining() % (Integer.BYTES + ShamirSeal.KEY_LENGTH) != 0) {
      throw new StorageFault.Damaged("the value at " + PATH + " is not what was written", null);
    }
    while (stored.hasRemaining()) {
      int number = stored.getInt();
      byte[] key = new byte[ShamirSeal.KEY_LENGTH];
      stored.get(key);
      all.put(number, key);
    }
    return all;
  }
}
