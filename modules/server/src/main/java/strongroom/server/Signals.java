package strongroom.server;

import java.lang.reflect.Proxy;

/**
 * The signals that a server knows: SIGHUP reads again what may change, SIGTERM and SIGINT end it.
 *
 * <p>{@code sun.misc.Signal} is the only way to SIGHUP. It is reached by name, since the compiler
 * warns of every mention of it and its warnings are errors here.
 */
final class Signals {
  private Signals() {}

  /** Runs {@code reload} on each SIGHUP, in a thread of its own. */
  static void onHangUp(Runnable reload) {
    handle("HUP", () -> Thread.ofPlatform().name("reload").start(reload));
  }

  /**
   * Runs {@code end} on the first SIGTERM or SIGINT, in a thread of its own; a second one ends the
   * process at once.
   */
  static void onTerminate(Runnable end) {
    for (String name : new String[] {"TERM", "INT"}) {
      handle(
          name,
          () -> {
            handle(name, () -> Runtime.getRuntime().halt(130));
            Thread.ofPlatform().name("terminate").start(end);
          });
    }
  }

  private static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object handling =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), handling);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java cannot handle SIG" + name, e);
    }
  }
}
