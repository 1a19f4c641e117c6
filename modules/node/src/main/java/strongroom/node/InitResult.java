package strongroom.node;

import java.util.List;

/**
 * What an initialization hands out, once.
 *
 * @param keys the unseal key's shares; none where the seal unseals by itself
 * @param recoveryKeys the recovery key's shares
 * @param rootToken the root token, or the Base64 of an OpenPGP message that holds it
 */
public record InitResult(List<KeyShare> keys, List<KeyShare> recoveryKeys, String rootToken) {
  /** Nothing of the content. */
  @Override
  public String toString() {
    return "InitResult[" + keys.size() + " keys, " + recoveryKeys.size() + " recovery keys]";
  }
}
