package strongroom.testkit;

import java.security.SecureRandom;
import java.time.Clock;
import strongroom.seal.Seal;
import strongroom.seal.ShamirSeal;
import strongroom.secret.SecretBytes;

class ShamirSealTest extends SealContract {
  private final SecureRandom random = new SecureRandom();
  private final Seal seal = onNewKey();
  private final Seal other = onNewKey();

  private Seal onNewKey() {
    return new ShamirSeal(SecretBytes.random(32, random), Clock.systemUTC(), random);
  }

  @Override
  protected Seal seal() {
    return seal;
  }

  @Override
  protected Seal otherSeal() {
    return other;
  }
}
