package strongroom.hsm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * A PKCS#11 library in use: a vendor's shared object, loaded and initialized. Opening the same file
 * twice in a process shares it; it is finalized when the last is closed. Safe for several threads.
 */
public final class HsmLibrary implements AutoCloseable {
  /** Slots and mechanisms are rarely asked for, so few threads do. */
  private static final int PARALLEL_MAX = 2;

  private final String path;
  private final Duration callMax;
  private final LoadedLibrary loaded;
  private final CallThreads threads;
  private final AtomicBoolean closed = new AtomicBoolean();

  private HsmLibrary(String path, Duration callMax, LoadedLibrary loaded, CallThreads threads) {
    this.path = path;
    this.callMax = callMax;
    this.loaded = loaded;
    this.threads = threads;
  }

  /**
   * Loads and initializes the library at {@code path}; {@code CKR_CRYPTOKI_ALREADY_INITIALIZED} is
   * success.
   *
   * @param callMax how long any call may take before its caller goes on without it
   * @throws HsmFault.Library where the file cannot be loaded or is no PKCS#11 library; it says what
   *     the loader said and which libraries are in the usual places
   * @throws HsmFault where the library cannot be initialized
   */
  public static HsmLibrary open(String path, Duration callMax) {
    CallThreads threads = new CallThreads("hsm-library", PARALLEL_MAX);
    try {
      LoadedLibrary loaded =
          threads.run(
              callMax,
              () -> {
                LoadedLibrary library = LoadedLibrary.load(path);
                library.use();
                return library;
              });
      return new HsmLibrary(path, callMax, loaded, threads);
    } catch (RuntimeException e) {
      threads.close();
      throw e;
    }
  }

  /** PKCS#11 libraries that are in the usual places of this system. */
  public static List<Path> usualLibraries() {
    return LibraryFile.found();
  }

  /** The path it was opened by. */
  public String path() {
    return path;
  }

  /** How long any call may take. */
  Duration callMax() {
    return callMax;
  }

  /** What the library says of itself. */
  public LibraryInfo info() {
    return call(Reader::library);
  }

  /** Every slot, with or without an HSM token in it. */
  public List<Slot> slots() {
    return call(Reader::slots);
  }

  /** What the HSM token in {@code slot} offers. */
  public List<MechanismInfo> mechanisms(Slot slot) {
    return call(functions -> Reader.mechanisms(functions, slot.id()));
  }

  /** Runs {@code work} on one of this library's threads, with the deadline of a call. */
  <T> T call(Function<Functions, T> work) {
    return threads.run(callMax, () -> loaded.with(work));
  }

  LoadedLibrary loaded() {
    return loaded;
  }

  /** Ends its use; sessions opened through it end with the last use. Closing twice does nothing. */
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
