package strongroom.hsm;

import java.time.Duration;

class IsolatedKeyPairsTest extends KeyPairsContract {
  @Override
  HsmLibrary open(SoftHsmToken soft, Duration callMax) {
    return IsolatedLibrary.open(soft.library().toString(), callMax, soft.environment());
  }
}
