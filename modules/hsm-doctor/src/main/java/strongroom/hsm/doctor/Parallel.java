package strongroom.hsm.doctor;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmToken;

/** Has many callers use an HSM token at once, which opens as many sessions as it takes. */
final class Parallel {
  private static final int CALLS_EACH = 10;

  private Parallel() {}

  /** How many are open after so many callers have asked for random bytes at once. */
  static int sessions(HsmToken token, int callers) {
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < callers; i++) {
        var _ =
            threads.submit(
                () -> {
                  start.await();
                  for (int call = 0; call < CALLS_EACH; call++) {
                    token.random(64);
                  }
                  return true;
                });
      }
      start.countDown();
    }
    try {
      token.slot();
    } catch (HsmFault e) {
      return 0;
    }
    return token.sessions().open();
  }
}
