package strongroom.managed.keys.pkcs11;

import java.util.Optional;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmKey;

/**
 * The key objects behind one managed key.
 *
 * @param main the private half, or the symmetric key
 * @param otherHalf the public half, where the HSM has it
 */
record FoundKey(HsmKey main, Optional<HsmKey> otherHalf) {
  HsmKey privateHalf() {
    return main;
  }

  HsmKey secret() {
    return main;
  }

  HsmKey publicHalf() {
    return otherHalf.orElseThrow(
        () ->
            new HsmFault.Missing(
                "the HSM has no public half of "
                    + main.summary()
                    + ": import it with the same label and id"));
  }
}
