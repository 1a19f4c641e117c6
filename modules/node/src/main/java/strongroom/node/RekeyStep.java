package strongroom.node;

import java.util.List;

/** Where a rekey stands after a share was given. */
public sealed interface RekeyStep {
  /**
   * More shares are needed, or nothing has started.
   *
   * @param started whether there is a rekey
   * @param nonce names it, empty text for none
   * @param threshold how many of the new shares it will take
   * @param shares how many new shares there will be
   * @param progress how many of the present shares there are
   * @param required how many of the present shares it takes
   * @param pgpFingerprints whom the new shares will be encrypted for
   * @param backup whether they will be kept, encrypted, in storage
   * @param verificationRequired whether the new shares must be shown before they count
   * @param verificationNonce names the verification that is under way, empty text for none
   */
  record Status(
      boolean started,
      String nonce,
      int threshold,
      int shares,
      int progress,
      int required,
      List<String> pgpFingerprints,
      boolean backup,
      boolean verificationRequired,
      String verificationNonce)
      implements RekeyStep {}

  /**
   * The new shares, told once. They count now, or once verified where that was asked for.
   *
   * @param nonce names the rekey
   * @param keys the new shares; none where the seal alone holds the new key
   * @param pgpFingerprints whom they were encrypted for
   * @param backup whether they are kept, encrypted, in storage
   * @param verificationRequired whether they must be shown before they count
   * @param verificationNonce names the verification, empty text for none
   */
  record Done(
      String nonce,
      List<KeyShare> keys,
      List<String> pgpFingerprints,
      boolean backup,
      boolean verificationRequired,
      String verificationNonce)
      implements RekeyStep {}

  /**
   * How far the verification of new shares is.
   *
   * @param started whether there is one
   * @param nonce names it
   * @param threshold how many of the new shares it takes
   * @param shares how many there are
   * @param progress how many have been shown
   * @param complete whether the new shares count from now on
   */
  record Verification(
      boolean started, String nonce, int threshold, int shares, int progress, boolean complete) {}
}
