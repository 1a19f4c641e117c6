package strongroom.hsm;

import java.time.Duration;
import java.util.Map;

class IsolatedTokenTest extends HsmTokenContract {
  @Override
  HsmLibrary open(String path, Duration callMax, Map<String, String> environment) {
    return IsolatedLibrary.open(path, callMax, environment);
  }
}
