package strongroom.hsm;

import java.time.Duration;
import java.util.Map;

class HsmTokenTest extends HsmTokenContract {
  @Override
  HsmLibrary open(String path, Duration callMax, Map<String, String> environment) {
    return HsmLibrary.open(path, callMax);
  }
}
