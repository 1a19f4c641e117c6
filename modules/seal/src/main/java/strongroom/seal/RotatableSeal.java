package strongroom.seal;

import strongroom.secret.SecretBytes;

/** A seal whose key can be replaced by another of its HSM while the node serves. */
public interface RotatableSeal extends Seal {
  /** What the configuration names as the key, as text to compare and to show. */
  String configuredKey();

  /**
   * The one key that {@code wish} means, with label and id. Makes nothing.
   *
   * @param generate whether it is one that is yet to be made: then an id is chosen for it
   * @throws SealFault.Configuration where there is no such key or are several, or where one that is
   *     to be made is there
   */
  SealKey choose(SealKey wish, boolean generate);

  /** Makes {@code key}, unless it is there: a step that was cut off may be done again. */
  void make(SealKey key);

  /**
   * Wraps by {@code key} instead of the seal's own.
   *
   * @throws SealFault.Configuration where the key cannot wrap, or cannot unwrap what it has wrapped
   */
  byte[] wrapBy(SealKey key, Purpose purpose, SecretBytes plaintext);

  /**
   * Wraps by {@code key} from now on, for as long as the configuration names {@code configured}.
   */
  void use(String configured, SealKey key);
}
