package strongroom.node;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.seal.RotatableSeal;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.secret.SecretBytes;

/**
 * Proofs by HSMs that they took part: what only the HSM's key can have wrapped, and can be
 * unwrapped and compared. Where a public key wraps, anybody can, so there is no proof.
 */
final class SealProofs {
  private static final Logger log = LoggerFactory.getLogger(SealProofs.class);

  /** A part of the names of mechanisms that wrap by a public key. */
  private static final String BY_PUBLIC_KEY = "RSA";

  private SealProofs() {}

  /** How a seal wraps a digest. */
  interface Wrapping {
    /** By the key that the seal uses. */
    Wrapping USUAL = (seal, digest) -> seal.wrap(Seal.Purpose.CEREMONY, digest);

    byte[] wrap(Seal seal, SecretBytes digest);
  }

  /** By the name of each seal that has an HSM which answers, {@code digest} as it wrapped it. */
  static SortedMap<String, byte[]> of(Protection protection, byte[] digest, Wrapping wrapping) {
    List<Seal> seals =
        protection.enabled().stream().filter(RotatableSeal.class::isInstance).toList();
    SortedMap<String, byte[]> proofs = new TreeMap<>();
    if (seals.isEmpty()) {
      return proofs;
    }
    for (SealRace.Answer<byte[]> answer :
        SealRace.all(seals, seal -> wrap(seal, digest, wrapping))) {
      switch (answer) {
        case SealRace.Answer.Done<byte[]>(Seal seal, byte[] proof) -> {
          if (!seal.describe(proof).getOrDefault("mechanism", "").contains(BY_PUBLIC_KEY)) {
            proofs.put(seal.name(), proof);
          }
        }
        case SealRace.Answer.Failed<byte[]>(Seal seal, RuntimeException fault) ->
            log.warn(
                "seal {} proves nothing of this ceremony: {}", seal.name(), fault.getMessage());
      }
    }
    return proofs;
  }

  private static byte[] wrap(Seal seal, byte[] digest, Wrapping wrapping) {
    try (SecretBytes text = SecretBytes.takeFrom(digest.clone())) {
      return wrapping.wrap(seal, text);
    }
  }

  static List<Seal> seals(Protection protection) {
    return protection instanceof Protection.ByItself several ? several.all() : protection.enabled();
  }

  static Ceremony.Proof check(Seal seal, byte[] digest, byte[] proof) {
    try (SecretBytes back = seal.unwrap(Seal.Purpose.CEREMONY, proof);
        SecretBytes wanted = SecretBytes.takeFrom(digest.clone())) {
      return back.contentEquals(wanted) ? Ceremony.Proof.RIGHT : Ceremony.Proof.WRONG;
    } catch (SealFault.Data e) {
      return Ceremony.Proof.WRONG;
    } catch (SealFault e) {
      return Ceremony.Proof.UNKNOWN;
    }
  }
}
