package strongroom.hsm;

import java.time.Duration;

class KeyPairsTest extends KeyPairsContract {
  @Override
  HsmLibrary open(SoftHsmToken soft, Duration callMax) {
    return HsmLibrary.open(soft.library().toString(), callMax);
  }
}
