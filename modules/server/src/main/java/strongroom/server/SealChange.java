package strongroom.server;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import strongroom.config.SealSettings;

/**
 * What SIGHUP brings to one seal: read and found good, and not taken yet. So a stanza that is wrong
 * keeps all seals as they were, and not only its own.
 */
final class SealChange implements AutoCloseable {
  private final SealSecrets.Fresh secrets;
  private final Predicate<SealSecrets.Fresh> take;

  private SealChange(SealSecrets.Fresh secrets, Predicate<SealSecrets.Fresh> take) {
    this.secrets = secrets;
    this.take = take;
  }

  /**
   * The change to what {@code settings} say.
   *
   * @param take puts the secrets to use and says whether anything is another
   * @throws ServerFault where a secret cannot be read
   */
  static SealChange to(SealSettings settings, Predicate<SealSecrets.Fresh> take) {
    SealSecrets.Fresh secrets = SealSecrets.fresh(settings);
    if (!secrets.unreadable().isEmpty()) {
      secrets.close();
      Map<String, String> why = new TreeMap<>(secrets.unreadable());
      throw new ServerFault(settings.place() + ": " + String.join("; ", why.values()));
    }
    return new SealChange(secrets, take);
  }

  /** Takes it, and says whether anything is another than before. */
  boolean take() {
    return take.test(secrets);
  }

  /** Forgets it instead. */
  @Override
  public void close() {
    secrets.close();
  }
}
