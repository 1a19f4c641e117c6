package strongroom.server;

import sun.misc.Signal;

/** The signals that a server knows: SIGHUP reads again what may change, SIGTERM and SIGINT end it. */
final class Signals {
  private Signals() {}

  /** Runs {@code reload} on each SIGHUP, in a thread of its own. */
  static void onHangUp(Runnable reload) {
    Signal.handle(
        new Signal("HUP"), signal -> Thread.ofPlatform().name("reload").start(reload));
  }

  /**
   * Runs {@code end} on the first SIGTERM or SIGINT, in a thread of its own; a second one ends the
   * process at once.
   */
  static void onTerminate(Runnable end) {
    for (String name : new String[] {"TERM", "INT"}) {
      Signal.handle(
          new Signal(name),
          signal -> {
            Signal.handle(signal, again -> Runtime.getRuntime().halt(130));
            Thread.ofPlatform().name("terminate").start(end);
          });
    }
  }
}
