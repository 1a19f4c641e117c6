package strongroom.hsm;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.secret.SecretBytes;

/**
 * A PKCS#11 library in a process of its own. When that process ends by itself, or is ended since a
 * call hangs in it, the next call starts another: at once the first time, then with pauses that
 * grow.
 */
final class IsolatedLibrary implements HsmLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(IsolatedLibrary.class);
  private static final Duration PAUSE_MIN = Duration.ofMillis(200);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(1);

  /** A process that lived so long ended by chance, not because of what it was given. */
  private static final Duration GOOD_LIFE = Duration.ofSeconds(30);

  /** Beside the call itself: the start of a process. */
  private static final Duration START_MAX = Duration.ofSeconds(10);

  private final String path;
  private final Duration callMax;
  private final Map<String, String> environment;
  private final HsmObserver observer;
  private final Map<Long, IsolatedToken> tokens = new ConcurrentHashMap<>();
  private final AtomicLong lastToken = new AtomicLong();

  /** Held while a process is started. */
  private final ReentrantLock starting = new ReentrantLock();

  private volatile @Nullable LibraryProcess process; // written under starting
  private int endsInARow; // guarded by starting
  private String lastEnd = ""; // guarded by starting
  private long notBeforeNanos = System.nanoTime(); // guarded by starting
  private volatile boolean closed;

  private IsolatedLibrary(
      String path, Duration callMax, Map<String, String> environment, HsmObserver observer) {
    this.observer = observer;
    this.path = path;
    this.callMax = callMax;
    this.environment = Map.copyOf(environment);
  }

  /** Opens it, with {@code environment} on top of this process's own. */
  static IsolatedLibrary open(String path, Duration callMax, Map<String, String> environment) {
    return open(path, callMax, environment, HsmObserver.NONE);
  }

  /** As the other, and {@code observer} is told of every call. */
  static IsolatedLibrary open(
      String path, Duration callMax, Map<String, String> environment, HsmObserver observer) {
    IsolatedLibrary library = new IsolatedLibrary(path, callMax, environment, observer);
    try {
      library.running();
      return library;
    } catch (RuntimeException e) {
      library.close();
      throw e;
    }
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public LibraryInfo info() {
    return call(LibraryCall.LIBRARY_INFO, _ -> {}, Wire::library);
  }

  @Override
  public List<Slot> slots() {
    return call(LibraryCall.SLOTS, _ -> {}, from -> from.list(Wire::slot));
  }

  @Override
  public List<MechanismInfo> mechanisms(Slot slot) {
    return call(
        LibraryCall.SLOT_MECHANISMS, to -> Wire.slot(to, slot), from -> from.list(Wire::mechanism));
  }

  @Override
  public HsmToken token(SlotChoice choice, PinSource pins, TokenSettings settings) {
    IsolatedToken token =
        new IsolatedToken(this, lastToken.incrementAndGet(), choice, pins, settings);
    tokens.put(token.number(), token);
    return token;
  }

  void forget(IsolatedToken token) {
    tokens.remove(token.number());
  }

  /** The process that runs now; empty where none does. */
  @Nullable LibraryProcess current() {
    return process;
  }

  private <T> T call(
      LibraryCall call, Consumer<FrameWriter> arguments, Function<FrameReader, T> result) {
    return onProcess(call, process -> process.call(call, callMax, arguments, result));
  }

  /** Runs {@code work} with the process; once more with another where the first ended meanwhile. */
  <T> T onProcess(LibraryCall call, Function<LibraryProcess, T> work) {
    LibraryProcess used = running();
    try {
      return work.apply(used);
    } catch (HsmFault.Crashed first) {
      gone(used, String.valueOf(first.getMessage()));
      if (!call.repeatable()) {
        throw first;
      }
    } catch (HsmFault.TimedOut | HsmFault.Hung e) {
      throw hung(used, e);
    }
    LibraryProcess next = running();
    try {
      return work.apply(next);
    } catch (HsmFault.Crashed second) {
      gone(next, String.valueOf(second.getMessage()));
      throw second;
    } catch (HsmFault.TimedOut | HsmFault.Hung e) {
      throw hung(next, e);
    }
  }

  private HsmFault hung(LibraryProcess used, HsmFault fault) {
    // Waiting for a session of the pool is no reason; a call that does not return is.
    boolean inTheLibrary = !String.valueOf(fault.getMessage()).contains("in use");
    if (inTheLibrary) {
      used.end("was ended, since a call hung in it");
      gone(used, String.valueOf(fault.getMessage()));
    }
    return fault;
  }

  private LibraryProcess running() {
    LibraryProcess known = process;
    if (known != null && known.alive()) {
      return known;
    }
    if (!lockStarting()) {
      throw new HsmFault.TimedOut(
          "the start of the library's process", callMax, "another call starts it all the time");
    }
    try {
      if (closed) {
        throw new HsmFault.Closed();
      }
      known = process;
      if (known == null || !known.alive()) {
        known = start();
        process = known;
      }
      return known;
    } finally {
      starting.unlock();
    }
  }

  private boolean lockStarting() {
    try {
      return starting.tryLock(callMax.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private LibraryProcess start() {
    long left = notBeforeNanos - System.nanoTime();
    if (left > 0) {
      throw new HsmFault.Crashed(
          "the process of the PKCS#11 library ended "
              + endsInARow
              + " times in a row; another is started in "
              + (TimeUnit.NANOSECONDS.toMillis(left) + 1)
              + " ms; "
              + lastEnd);
    }
    LibraryProcess started = LibraryProcess.start(environment, START_MAX, this::pin, observer);
    try {
      started.call(
          LibraryCall.OPEN_LIBRARY,
          callMax,
          to -> to.text(path).number(callMax.toNanos()),
          _ -> true);
      LOG.info("{} runs in process {}", path, started.pid());
      return started;
    } catch (HsmFault.Crashed | HsmFault.TimedOut | HsmFault.Hung e) {
      started.end("was ended, since the library did not open");
      noteEnd(started, String.valueOf(e.getMessage()));
      throw e;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  private SecretBytes pin(long number) {
    IsolatedToken token = tokens.get(number);
    if (token == null) {
      throw new HsmFault.Closed();
    }
    return token.takePin();
  }

  private void gone(LibraryProcess used, String why) {
    starting.lock();
    try {
      if (process == used) {
        process = null;
        LOG.warn("{} is lost with its process {}: {}", path, used.pid(), why);
        noteEnd(used, why);
      }
    } finally {
      starting.unlock();
    }
  }

  /** The caller holds the lock. */
  private void noteEnd(LibraryProcess used, String why) {
    lastEnd = why;
    endsInARow = used.age().compareTo(GOOD_LIFE) > 0 ? 1 : endsInARow + 1;
    Duration pause = PAUSE_MIN.multipliedBy(1L << Math.clamp(endsInARow - 2, 0, 10));
    pause = pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
    notBeforeNanos = System.nanoTime() + (endsInARow == 1 ? 0 : pause.toNanos());
  }

  @Override
  public void close() {
    closed = true;
    LibraryProcess last = process;
    process = null;
    if (last != null) {
      last.close();
    }
  }
}
