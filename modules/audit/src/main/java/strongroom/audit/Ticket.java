package strongroom.audit;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One record on its way to all devices: settled by the first that has it, or the last that fails.
 */
final class Ticket {
  private final AtomicInteger open;
  private final AtomicBoolean settled = new AtomicBoolean();
  private final Consumer<Boolean> outcome;

  /** Calls {@code outcome} once, from the thread that settles. */
  Ticket(int devices, Consumer<Boolean> outcome) {
    open = new AtomicInteger(devices);
    this.outcome = outcome;
  }

  /** A device has it. */
  void stored() {
    settle(true);
  }

  /** A device will not have it. Each device says so once at most. */
  void failed() {
    if (open.decrementAndGet() == 0) {
      settle(false);
    }
  }

  private void settle(boolean stored) {
    if (settled.compareAndSet(false, true)) {
      outcome.accept(stored);
    }
  }
}
