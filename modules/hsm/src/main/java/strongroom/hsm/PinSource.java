package strongroom.hsm;

import strongroom.secret.SecretBytes;

/**
 * Where the PIN of an HSM token comes from. Asked at every login, so that a changed file or
 * variable takes effect.
 */
@FunctionalInterface
public interface PinSource {
  /**
   * The PIN, which the caller closes. Empty for an HSM with a PIN pad of its own.
   *
   * @throws HsmFault.Missing where there is none or it cannot be read; the message says where from
   */
  SecretBytes takePin();
}
