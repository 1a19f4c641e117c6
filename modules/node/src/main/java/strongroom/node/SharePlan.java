package strongroom.node;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import strongroom.logical.Refusal;
import strongroom.pgp.InvalidPgpKeyException;
import strongroom.pgp.PgpKey;
import strongroom.seal.Shamir;
import strongroom.seal.Split;

/** How a key will be shared out, and for whom. */
record SharePlan(Split split, List<PgpKey> pgpKeys) {
  /**
   * Checks what a client asked for.
   *
   * @param prefix what the members are called before {@code _shares}: {@code secret}
   * @param pgpMember what the list of keys is called
   */
  static SharePlan of(
      String prefix,
      String pgpMember,
      int shares,
      int threshold,
      List<String> pgpTexts,
      Instant now) {
    if (shares < 1 || shares > Shamir.SHARES_MAX) {
      throw Refusal.invalid(
          prefix + "_shares is " + shares + "; it must be from 1 to " + Shamir.SHARES_MAX);
    }
    if (threshold < 1 || threshold > shares) {
      throw Refusal.invalid(
          prefix
              + "_threshold is "
              + threshold
              + "; it must be from 1 to "
              + prefix
              + "_shares, which is "
              + shares);
    }
    if (shares > 1 && threshold == 1) {
      throw Refusal.invalid(
          prefix + "_threshold must be greater than one where " + prefix + "_shares is");
    }
    if (!pgpTexts.isEmpty() && pgpTexts.size() != shares) {
      throw Refusal.invalid(
          pgpMember
              + " holds "
              + pgpTexts.size()
              + " keys; it must hold one for each of the "
              + shares
              + " shares");
    }
    List<PgpKey> keys = new ArrayList<>();
    for (String text : pgpTexts) {
      keys.add(pgpKey(pgpMember, text, now));
    }
    List<String> fingerprints = keys.stream().map(PgpKey::fingerprint).toList();
    return new SharePlan(new Split(shares, threshold, fingerprints), List.copyOf(keys));
  }

  static PgpKey pgpKey(String member, String text, Instant now) {
    try {
      return PgpKey.parse(text, now);
    } catch (InvalidPgpKeyException e) {
      throw Refusal.invalid(member + ": " + e.getMessage());
    }
  }
}
