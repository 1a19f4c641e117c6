package strongroom.hsm.doctor;

import java.util.ArrayList;
import java.util.List;
import strongroom.hsm.HsmFault;
import strongroom.seal.SealFault;
import strongroom.seal.pkcs11.SealTrial;
import strongroom.secret.SecretBytes;

/**
 * Whether the HSMs of several nodes hold the same key: what one has wrapped must open in all
 * others. Closed, it forgets what was wrapped.
 */
final class KeyComparison implements AutoCloseable {
  private static final String AREA = "same key";
  private final List<Wrapped> wrapped = new ArrayList<>();

  private record Wrapped(Patient patient, SecretBytes probe, byte[] blob) {}

  /**
   * Compares {@code patient}'s key with those of its group before it.
   *
   * @param blob {@code probe} as this node's HSM has wrapped it
   */
  List<Finding> compare(Patient patient, SealTrial trial, SecretBytes probe, byte[] blob) {
    List<Finding> findings =
        wrapped.stream()
            .filter(other -> other.patient().group().equals(patient.group()))
            .map(other -> compare(other, trial))
            .toList();
    wrapped.add(new Wrapped(patient, probe.copy(), blob));
    return findings;
  }

  private static Finding compare(Wrapped other, SealTrial trial) {
    try (SecretBytes back = trial.unwrap(other.blob())) {
      return back.contentEquals(other.probe())
          ? Finding.fine(AREA, "opens what " + other.patient().name() + " has wrapped")
          : differs(other, "it came back changed");
    } catch (SealFault e) {
      return differs(other, String.valueOf(e.getMessage()));
    } catch (HsmFault e) {
      return differs(other, String.valueOf(e.getMessage()));
    }
  }

  private static Finding differs(Wrapped other, String why) {
    return Finding.fault(
        AREA,
        "does not open what " + other.patient().name() + " has wrapped: " + why,
        "nodes of one cluster need the same key, with the same id and label: let the HSMs replicate"
            + " it, or name the same HSM; this node could not unseal");
  }

  @Override
  public void close() {
    wrapped.forEach(one -> one.probe().close());
  }
}
