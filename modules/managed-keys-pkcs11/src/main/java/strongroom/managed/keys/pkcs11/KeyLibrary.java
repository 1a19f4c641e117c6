package strongroom.managed.keys.pkcs11;

import java.time.Duration;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.HsmObserver;

/**
 * A PKCS#11 library that managed keys are reached through.
 *
 * @param path the shared object
 * @param isolated whether it runs in a process of its own, one for each HSM token and PIN in use
 */
public record KeyLibrary(String path, boolean isolated) {
  HsmLibrary open(Duration callMax, HsmObserver observer) {
    return isolated
        ? HsmLibrary.openIsolated(path, callMax, observer)
        : HsmLibrary.open(path, callMax, observer);
  }
}
