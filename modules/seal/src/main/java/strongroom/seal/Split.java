package strongroom.seal;

import java.util.List;

/**
 * How a key is shared out.
 *
 * @param shares how many there are; 1 means that the one share is the key itself
 * @param threshold how many it takes
 * @param pgpFingerprints whom the shares were encrypted for, one a share, or empty
 */
public record Split(int shares, int threshold, List<String> pgpFingerprints) {
  /** Checks that it is possible. */
  public Split {
    pgpFingerprints = List.copyOf(pgpFingerprints);
    if (shares < 1
        || shares > Shamir.SHARES_MAX
        || threshold < 1
        || threshold > shares
        || (shares > 1 && threshold == 1)
        || (!pgpFingerprints.isEmpty() && pgpFingerprints.size() != shares)) {
      throw new IllegalArgumentException(
          "a key cannot be split in " + shares + " shares of which " + threshold + " are needed");
    }
  }
}
