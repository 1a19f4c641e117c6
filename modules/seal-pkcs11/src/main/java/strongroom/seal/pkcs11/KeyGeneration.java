package strongroom.seal.pkcs11;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmToken;
import strongroom.hsm.NewKey;

/**
 * Makes the keys that are missing, so that nodes that do so at once end up with the same ones.
 *
 * <p>PKCS#11 has no way to make a key unless there is one, so: look, make, wait for the settling
 * time, look again. Whoever took longer than the settling time from looking to having made takes
 * its key back and starts again; so after the settling time every rival's key is seen. Of several
 * the one with the lowest id stays, and everybody takes back their own. A key counts once it was
 * the only one of its name after the settling time.
 */
final class KeyGeneration {
  private static final Logger LOG = LoggerFactory.getLogger(KeyGeneration.class);
  private static final int ROUNDS_MAX = 10;

  /** Making an RSA pair takes seconds. */
  private static final int SETTLING_FACTOR_RSA = 15;

  private final HsmToken token;
  private final boolean alsoWraps;
  private final SecureRandom random;
  private final Duration settling;
  private final Map<WantedKey, HsmKey> mine = new HashMap<>();

  KeyGeneration(HsmToken token, boolean alsoWraps, SecureRandom random, Duration settling) {
    this.token = token;
    this.alsoWraps = alsoWraps;
    this.random = random;
    this.settling = settling;
  }

  /** Returns once the token has exactly one key for each of {@code wanted}. */
  void ensure(List<WantedKey> wanted) {
    boolean rsa = wanted.stream().anyMatch(w -> w.kind() == NewKey.Kind.RSA);
    Duration wait = rsa ? settling.multipliedBy(SETTLING_FACTOR_RSA) : settling;
    for (int round = 1; round <= ROUNDS_MAX; round++) {
      if (makeMissing(wanted, wait)) {
        sleep(wait);
        if (settled(wanted)) {
          mine.values().forEach(key -> LOG.info("made key {} in the HSM", key.summary()));
          return;
        }
      }
    }
    List<String> several = new ArrayList<>();
    wanted.forEach(w -> SealKeys.found(token, w.name()).forEach(k -> several.add(k.summary())));
    throw new HsmFault.Missing(
        "which keys are meant did not settle: others make and destroy them, or there are several of"
            + " one name; keys now: "
            + String.join(", ", several)
            + "; destroy those that nothing was wrapped by, or name one by its id");
  }

  /** Whether it was quick enough for the settling time to mean something. */
  private boolean makeMissing(List<WantedKey> wanted, Duration wait) {
    for (WantedKey want : wanted) {
      long looked = System.nanoTime();
      if (!SealKeys.found(token, want.name()).isEmpty()) {
        continue;
      }
      HsmKey made = token.generate(specification(want));
      mine.put(want, made);
      if (System.nanoTime() - looked > wait.toNanos()) {
        takeBack(want);
        return false;
      }
    }
    return true;
  }

  private NewKey specification(WantedKey want) {
    NewKey usual = NewKey.usual(want.kind(), want.name().label().orElse(""), random);
    return new NewKey(
        usual.kind(), usual.bits(), usual.label(), want.name().id().orElse(usual.id()), alsoWraps);
  }

  private boolean settled(List<WantedKey> wanted) {
    boolean settled = true;
    for (WantedKey want : wanted) {
      List<HsmKey> found = SealKeys.found(token, want.name());
      if (found.size() == 1) {
        continue;
      }
      settled = false;
      HsmKey own = mine.get(want);
      boolean lost = own != null && found.stream().anyMatch(k -> k.id().compareTo(own.id()) < 0);
      if (lost) {
        takeBack(want);
      }
    }
    return settled;
  }

  private void takeBack(WantedKey want) {
    HsmKey own = mine.remove(want);
    if (own != null) {
      LOG.info("takes key {} back, since another was made at the same time", own.summary());
      token.destroy(own);
    }
  }

  private static void sleep(Duration wait) {
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HsmFault.TimedOut("C_GenerateKey", wait, "interrupted while keys settle");
    }
  }
}
