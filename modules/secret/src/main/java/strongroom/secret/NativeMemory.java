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
 * The system calls that keep secret memory off the disk: {@code mmap(2)} for pages that nothing
 * else shares, {@code mlock(2)}, {@code madvise(2)} with {@code MADV_DONTDUMP} and {@code
 * MADV_WIPEONFORK}, and {@code prctl(2)} with {@code PR_SET_DUMPABLE}. Each is a help, not a
 * condition: where the system refuses, the secret works all the same and {@link #unlockedCount}
 * says so.
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

  /** {@code PROT_READ | PROT_WRITE} of Linux's {@code <sys/mman.h>}. */
  private static final int PROT_READ_WRITE = 3;

  /** {@code MAP_PRIVATE | MAP_ANONYMOUS} of Linux's {@code <sys/mman.h>}. */
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

  private static final long MAP_FAILED = -1;

  private static final Optional<MethodHandle> MMAP =
      find(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              size(),
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              size()));
  private static final Optional<MethodHandle> MUNMAP =
      find("munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, size()));
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

  @SuppressWarnings("restricted") // this module is one of those with native access
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
   * {@code length} zero bytes on pages of their own, since the system locks and marks whole pages,
   * and memory that others get after us must not be wiped in their forked children: locked against
   * swapping, left out of core dumps, wiped in a forked child. Given back when {@code arena}
   * closes, which undoes all of it.
   */
  static MemorySegment allocatePages(Arena arena, long length) {
    Optional<MemorySegment> mapped = map(arena, length);
    if (mapped.isEmpty()) {
      UNLOCKED.incrementAndGet();
      return arena.allocate(length);
    }
    MemorySegment segment = mapped.get();
    if (MLOCK.isEmpty() || call(MLOCK.get(), segment, length) != 0) {
      UNLOCKED.incrementAndGet();
    }
    if (MADVISE.isPresent()) {
      call(MADVISE.get(), segment, length, MADV_DONTDUMP);
      call(MADVISE.get(), segment, length, MADV_WIPEONFORK);
    }
    return segment;
  }

  @SuppressWarnings("restricted") // this module is one of those with native access
  private static Optional<MemorySegment> map(Arena arena, long length) {
    if (MMAP.isEmpty() || MUNMAP.isEmpty()) {
      return Optional.empty();
    }
    MemorySegment start;
    try {
      start =
          (MemorySegment)
              MMAP.get()
                  .invokeExact(
                      MemorySegment.NULL, length, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException("a call to the C library failed", e);
    }
    if (start.address() == MAP_FAILED) {
      return Optional.empty();
    }
    MethodHandle unmap = MUNMAP.get();
    return Optional.of(start.reinterpret(length, arena, pages -> call(unmap, pages, length)));
  }
}
