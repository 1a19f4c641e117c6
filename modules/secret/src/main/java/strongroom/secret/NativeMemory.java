package strongroom.secret;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The system calls that keep secret memory off the disk: {@code mlock(2)}, {@code madvise(2)} with
 * {@code MADV_DONTDUMP} and {@code MADV_WIPEONFORK}, and {@code prctl(2)} with {@code
 * PR_SET_DUMPABLE}. Each is a help, not a condition: where the system refuses, the secret works all
 * the same and {@link #unlockedCount} says so.
 *
 * <p>{@code mlockall(2)} is not used: it pins every reservation of the Java heap (8.9 GB measured).
 */
public final class NativeMemory {
  /** {@code MADV_DONTDUMP} of Linux's {@code <sys/mman.h>}. */
  private static final int MADV_DONTDUMP = 16;

  /** {@code MADV_WIPEONFORK} of Linux's {@code <sys/mman.h>}. */
  private static final int MADV_WIPEONFORK = 18;

  /** {@code PR_SET_DUMPABLE} of Linux's {@code <sys/prctl.h>}. */
  private static final int PR_SET_DUMPABLE = 4;

  private static final long PAGE_BYTES = 4096;

  private static final Optional<MethodHandle> MLOCK =
      find("mlock", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, size()));
  private static final Optional<MethodHandle> MADVISE =
      find(
          "madvise",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.ADDRESS, size(), ValueLayout.JAVA_INT));
  private static final Optional<MethodHandle> PRCTL =
      find(
          "prctl",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, size(), size(), size(), size()));

  private static final AtomicLong UNLOCKED = new AtomicLong();

  private NativeMemory() {}

  private static ValueLayout.OfLong size() {
    return ValueLayout.JAVA_LONG;
  }

  /** How many secrets could not be locked against swapping since the process started. */
  public static long unlockedCount() {
    return UNLOCKED.get();
  }

  /**
   * Keeps the whole process out of core dumps and from being traced by its own user.
   *
   * @return whether the system agreed
   */
  public static boolean forbidCoreDumps() {
    return PRCTL.isPresent() && call(PRCTL.get(), PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) == 0;
  }

  @SuppressWarnings("restricted") // this module is one of the two with native access
  private static Optional<MethodHandle> find(String name, FunctionDescriptor shape) {
    Linker linker = Linker.nativeLinker();
    SymbolLookup lookup = linker.defaultLookup();
    return lookup.find(name).map(address -> linker.downcallHandle(address, shape));
  }

  private static int call(MethodHandle handle, Object... arguments) {
    try {
      return (int) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new IllegalStateException("a call to the C library failed", e);
    }
  }

  /**
   * Zeroed memory on pages of its own, since the system locks and marks by whole pages: locked
   * against swapping, left out of core dumps, wiped in a forked child.
   */
  static MemorySegment allocatePages(Arena arena, long length) {
    long pages = (length + PAGE_BYTES - 1) & -PAGE_BYTES;
    MemorySegment segment = arena.allocate(pages, PAGE_BYTES);
    if (MLOCK.isEmpty() || call(MLOCK.get(), segment, pages) != 0) {
      UNLOCKED.incrementAndGet();
    }
    if (MADVISE.isPresent()) {
      call(MADVISE.get(), segment, pages, MADV_DONTDUMP);
      // The kernel takes this mark for private anonymous mappings only, and says no to others.
      call(MADVISE.get(), segment, pages, MADV_WIPEONFORK);
    }
    return segment;
  }
}
