package strongroom.hsm;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * A PKCS#11 library loaded into this process. Opening the same file twice shares it; it is
 * finalized when the last is closed.
 */
final class LocalLibrary implements HsmLibrary {
  /** Slots and mechanisms are rarely asked for, so few threads do. */
  private static final int PARALLEL_MAX = 2;

  private final String path;
  private final Duration callMax;
  private final LoadedLibrary loaded;
  private final CallThreads threads;
  private final HsmObserver observer;
  private final AtomicBoolean closed = new AtomicBoolean();

  private LocalLibrary(
      String path,
      Duration callMax,
      LoadedLibrary loaded,
      CallThreads threads,
      HsmObserver observer) {
    this.observer = observer;
    this.path = path;
    this.callMax = callMax;
    this.loaded = loaded;
    this.threads = threads;
  }

  static LocalLibrary open(String path, Duration callMax) {
    return open(path, callMax, HsmObserver.NONE);
  }

  static LocalLibrary open(String path, Duration callMax, HsmObserver observer) {
    CallThreads threads = new CallThreads("hsm-library", PARALLEL_MAX, observer);
    try {
      LoadedLibrary loaded =
          threads.run(
              callMax,
              () -> {
                LoadedLibrary library = LoadedLibrary.load(path);
                library.use();
                return library;
              });
      return new LocalLibrary(path, callMax, loaded, threads, observer);
    } catch (RuntimeException e) {
      threads.close();
      throw e;
    }
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public LibraryInfo info() {
    return call(Reader::library);
  }

  @Override
  public List<Slot> slots() {
    return call(Reader::slots);
  }

  @Override
  public List<MechanismInfo> mechanisms(Slot slot) {
    return call(functions -> Reader.mechanisms(functions, slot.id(), _ -> true));
  }

  @Override
  public HsmToken token(SlotChoice choice, PinSource pins, TokenSettings settings) {
    return new LocalToken(this, choice, pins, settings);
  }

  /** Runs {@code work} on one of this library's threads, with the deadline of a call. */
  <T> T call(Function<Functions, T> work) {
    return threads.run(callMax, () -> loaded.with(work));
  }

  HsmObserver observer() {
    return observer;
  }

  LoadedLibrary loaded() {
    return loaded;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        threads.run(
            callMax,
            () -> {
              loaded.release();
              return true;
            });
      } finally {
        threads.close();
      }
    }
  }
}
