package strongroom.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A library as this process has it: PKCS#11 keeps one state a process, so all who open the same
 * file share this. Initialized by the first, finalized after the last.
 *
 * <p>Every call holds {@link #lifecycle} shared; initializing and finalizing hold it alone, since
 * they end what others are doing. All methods run on call threads.
 */
final class LoadedLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(LoadedLibrary.class);

  /** {@code CK_C_INITIALIZE_ARGS}, and NSS's own pReserved behind the parameters. */
  private static final long INITIALIZE_ARGS_BYTES = 56;

  /** {@code pReserved}, where NSS has its parameters. */
  private static final long PARAMETERS_OFFSET = 40;

  /** How long to wait for calls in flight before the library is finalized or initialized. */
  private static final Duration QUIET_MAX = Duration.ofSeconds(1);

  private static final Map<String, LoadedLibrary> LOADED = new ConcurrentHashMap<>();

  private final String path;
  private final Functions functions;
  private final ReentrantReadWriteLock lifecycle = new ReentrantReadWriteLock();

  // Guarded by lifecycle's write lock; read under either.
  private boolean initialized;
  private boolean initializedHere;
  private boolean finalizeRefused;
  private long generation;
  private int users;

  private volatile @Nullable LibraryInfo info;

  /** Set by calls that hold the lock shared, hence not guarded by it. */
  private volatile boolean lost;

  private LoadedLibrary(String path, Functions functions) {
    this.path = path;
    this.functions = functions;
  }

  /** The library at {@code path}, loaded now or before. */
  static LoadedLibrary load(String path) {
    Path file = Path.of(path);
    if (!Files.exists(file)) {
      return LOADED.computeIfAbsent(path, _ -> new LoadedLibrary(path, LibraryFile.load(path)));
    }
    try {
      Path real = file.toRealPath();
      Object key = Files.readAttributes(real, BasicFileAttributes.class).fileKey();
      return LOADED.computeIfAbsent(
          real + " " + key, _ -> new LoadedLibrary(path, LibraryFile.load(spelled(real, path))));
    } catch (IOException e) {
      throw new HsmFault.Library("the PKCS#11 library " + path + " cannot be read: " + e);
    }
  }

  /**
   * A path to {@code real} that the loader has not seen. It keeps a library for ever under the path
   * that it was loaded by, even where another file, a new version, has taken its place.
   */
  private static String spelled(Path real, String path) {
    long before = LOADED.keySet().stream().filter(k -> k.startsWith(real + " ")).count();
    return before == 0
        ? path
        : real.getParent() + "/.".repeat((int) before) + "/" + real.getFileName();
  }

  /** Adds a user, and initializes the library for the first. */
  void use() {
    alone(
        () -> {
          initialize();
          users++;
        });
  }

  /** Takes a user away, and finalizes the library after the last. */
  void release() {
    try {
      alone(
          () -> {
            users--;
            if (users == 0) {
              finalizeNow();
            }
          });
    } catch (HsmFault.TimedOut e) {
      // Finalizing under a call that hangs may end the process; the system cleans up after it.
      LOG.warn("{} is left initialized, since calls still hang in it", path);
    }
  }

  /** Runs {@code work} with the initialized library and the number of its initialization. */
  <T> T with(Function<Functions, T> work) {
    Lock shared = acquire(lifecycle.readLock(), "C_Initialize");
    try {
      if (initialized && !lost) {
        return work.apply(functions);
      }
    } finally {
      shared.unlock();
    }
    alone(
        () -> {
          if (lost) {
            finalizeNow();
          }
          initialize();
        });
    shared = acquire(lifecycle.readLock(), "C_Initialize");
    try {
      return work.apply(functions);
    } finally {
      shared.unlock();
    }
  }

  /** Changes whenever the library was initialized anew, which ends all sessions. */
  long generation() {
    lifecycle.readLock().lock();
    try {
      return generation;
    } finally {
      lifecycle.readLock().unlock();
    }
  }

  /** Notes that the library lost its state by itself, so that the next call initializes it. */
  void noteLost() {
    lost = true;
  }

  /** Finalizes and initializes it, unless somebody has since {@code seen} was current. */
  void reinitialize(long seen) {
    alone(
        () -> {
          if (generation == seen) {
            finalizeNow();
            initialize();
            LOG.info("initialized {} anew after repeated faults", path);
          }
        });
  }

  private void alone(Runnable work) {
    Lock lock = acquire(lifecycle.writeLock(), "the calls in flight");
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  private static Lock acquire(Lock lock, String waitingFor) {
    try {
      if (lock.tryLock(QUIET_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        return lock;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new HsmFault.TimedOut(waitingFor, QUIET_MAX, "the library is busy");
  }

  private void initialize() {
    if (initialized) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment arguments = arena.allocate(INITIALIZE_ARGS_BYTES, 8);
      arguments.set(JAVA_LONG, 32, Ck.CKF_OS_LOCKING_OK);
      parameters().ifPresent(p -> arguments.set(ADDRESS, PARAMETERS_OFFSET, arena.allocateFrom(p)));
      functions.initialize(arguments);
      initializedHere = true;
    } catch (HsmFault.Rejected e) {
      if (!e.is(Ckr.CRYPTOKI_ALREADY_INITIALIZED)) {
        throw e;
      }
      // By somebody else in this process, unless it is still ours, since finalizing it failed.
      initializedHere = finalizeRefused;
    }
    finalizeRefused = false;
    initialized = true;
    lost = false;
    generation++;
  }

  /** The vendor's own parameters for the initialization, where it takes any and they are set. */
  private Optional<String> parameters() {
    return VendorProfile.ofFile(path)
        .map(VendorProfile::initializeVariable)
        .filter(name -> !name.isEmpty())
        .flatMap(CLibrary::environment);
  }

  /** What is known of it. Runs on a call thread, with the library initialized. */
  Optional<VendorProfile> profile() {
    if (info == null) {
      info = Reader.library(functions);
    }
    return VendorProfile.of(path, info);
  }

  private void finalizeNow() {
    if (!initialized) {
      return;
    }
    initialized = false;
    if (!initializedHere) {
      return;
    }
    try {
      functions.finalizeLibrary();
    } catch (HsmFault.Rejected e) {
      if (!e.is(Ckr.CRYPTOKI_NOT_INITIALIZED)) {
        finalizeRefused = true;
        LOG.warn("{} could not be finalized: {}", path, e.getMessage());
      }
    }
  }
}
