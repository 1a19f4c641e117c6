package strongroom.node;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import strongroom.ceremony.CeremonyEvent;
import strongroom.logical.Refusal;
import strongroom.pgp.PgpKey;
import strongroom.seal.InvalidSharesException;
import strongroom.seal.Shamir;
import strongroom.seal.ShamirSeal;
import strongroom.seal.Split;
import strongroom.secret.SecretBytes;

/** Key shares between texts, bytes and the key they are of. */
public final class KeyShares {
  private static final int LENGTH_MIN = 16;
  private static final int LENGTH_MAX = ShamirSeal.KEY_LENGTH + 1;

  private KeyShares() {}

  /**
   * The share in {@code text}: hexadecimal digits or Base64. The caller closes it.
   *
   * @throws strongroom.logical.RefusedException where it is neither, too short or too long
   */
  public static SecretBytes parse(String text) {
    String stripped = text.strip();
    if (stripped.isEmpty()) {
      throw Refusal.invalid(
          "'key' must be specified in request body as JSON, or 'reset' set to true");
    }
    byte[] bytes;
    try {
      bytes = decode(stripped);
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("'key' must be a valid hex or base64 string");
    }
    if (bytes.length < LENGTH_MIN || bytes.length > LENGTH_MAX) {
      throw Refusal.invalid(
          "'key' has "
              + bytes.length
              + " bytes; a key share has from "
              + LENGTH_MIN
              + " to "
              + LENGTH_MAX);
    }
    return SecretBytes.takeFrom(bytes);
  }

  private static byte[] decode(String text) {
    boolean hex =
        text.length() % 2 == 0
            && text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
    return hex ? HexFormat.of().parseHex(text) : Base64.getDecoder().decode(text);
  }

  /** Shares {@code key} out as {@code plan} says. */
  static List<KeyShare> issue(SecretBytes key, SharePlan plan, SecureRandom random) {
    Split split = plan.split();
    List<SecretBytes> shares =
        split.shares() == 1
            ? List.of(key.copy())
            : Shamir.split(key, split.shares(), split.threshold(), random);
    List<KeyShare> issued = new ArrayList<>(shares.size());
    for (int i = 0; i < shares.size(); i++) {
      try (SecretBytes share = shares.get(i)) {
        issued.add(
            plan.pgpKeys().isEmpty()
                ? new KeyShare(share.withHeapCopy(byte[]::clone))
                : encrypted(share, plan.pgpKeys().get(i), random));
      }
    }
    return List.copyOf(issued);
  }

  /** Clients decrypt to hexadecimal digits, and give these back to unseal. */
  private static KeyShare encrypted(SecretBytes share, PgpKey key, SecureRandom random) {
    return share.withHeapCopy(
        bytes -> {
          byte[] hex = HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.US_ASCII);
          return new KeyShare(key.encrypt(hex, random));
        });
  }

  /** The key that {@code shares} are of, or would be if they were right. */
  static SecretBytes combine(Split split, List<SecretBytes> shares) {
    if (split.threshold() == 1) {
      return shares.getFirst().copy();
    }
    try {
      return Shamir.combine(shares);
    } catch (InvalidSharesException e) {
      throw Refusal.invalid(String.valueOf(e.getMessage()));
    }
  }

  /** {@code event} with what is told of a split: how many shares, and for whom they are. */
  static CeremonyEvent told(CeremonyEvent event, String what, Split split) {
    return event
        .with(what + "_shares", split.shares())
        .with(what + "_threshold", split.threshold())
        .with(what + "_pgp_fingerprints", String.join(" ", split.pgpFingerprints()));
  }
}
