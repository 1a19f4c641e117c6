package strongroom.hsm;

/**
 * Is told of every call to an HSM, for metrics. Told on the thread that made the call, or, of a
 * library in a process of its own, on the one that reads its answers: it must return at once.
 */
public interface HsmObserver {
  /** Looks away. */
  HsmObserver NONE =
      new HsmObserver() {
        @Override
        public void called(String function, long nanos, long answer) {}

        @Override
        public void timedOut(String function) {}
      };

  /**
   * A call has returned.
   *
   * @param function the PKCS#11 function: {@code C_Encrypt}
   * @param nanos how long it took
   * @param answer the return value, {@code CKR_*}
   */
  void called(String function, long nanos, long answer);

  /** A call has not returned within its deadline, and was given up. */
  void timedOut(String function);
}
