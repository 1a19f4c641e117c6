package strongroom.node;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.logical.Uuids;
import strongroom.secret.SecretBytes;

/** Collects distinct key shares until there are enough. Guarded by itself. */
final class ShareCollector {
  private final SecureRandom random;
  private final List<SecretBytes> shares = new ArrayList<>();
  private String nonce = "";

  ShareCollector(SecureRandom random) {
    this.random = random;
  }

  /**
   * How far it is.
   *
   * @param nonce names this collection; empty text while there is no share
   * @param count how many distinct shares there are
   */
  record Progress(String nonce, int count) {}

  /**
   * Takes {@code share}, which this closes; one that is already there changes nothing.
   *
   * @return all shares where there are now {@code threshold}: the caller closes them, and the
   *     collection starts anew
   */
  synchronized Optional<List<SecretBytes>> add(SecretBytes share, int threshold) {
    if (shares.stream().anyMatch(share::contentEquals)) {
      share.close();
    } else {
      if (shares.isEmpty()) {
        nonce = Uuids.random(random);
      }
      shares.add(share);
    }
    if (shares.size() < threshold) {
      return Optional.empty();
    }
    List<SecretBytes> all = List.copyOf(shares);
    shares.clear();
    nonce = "";
    return Optional.of(all);
  }

  synchronized Progress progress() {
    return new Progress(nonce, shares.size());
  }

  /** Forgets all shares. */
  synchronized void reset() {
    shares.forEach(SecretBytes::close);
    shares.clear();
    nonce = "";
  }
}
