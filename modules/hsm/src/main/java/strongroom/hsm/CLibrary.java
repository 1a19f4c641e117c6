package strongroom.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * What is used of the C library: the dynamic loader, asked directly since Java's own lookup keeps
 * back what the loader said, and the environment, since PKCS#11 libraries read their settings from
 * the environment of the process.
 */
final class CLibrary {
  private static final int RTLD_NOW = 2;

  private static final MethodHandle DLOPEN =
      find("dlopen", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
  private static final MethodHandle DLSYM =
      find("dlsym", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle DLERROR = find("dlerror", FunctionDescriptor.of(ADDRESS));
  private static final MethodHandle SETENV =
      find("setenv", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));

  private static final MethodHandle GETENV =
      find("getenv", FunctionDescriptor.of(ADDRESS, ADDRESS));

  private CLibrary() {}

  /** The handle of the shared object; {@link MemorySegment#NULL} where it cannot be loaded. */
  static MemorySegment open(String path) {
    try (Arena arena = Arena.ofConfined()) {
      return (MemorySegment) DLOPEN.invokeExact(arena.allocateFrom(path), RTLD_NOW);
    } catch (Throwable e) {
      throw new IllegalStateException("dlopen could not be called", e);
    }
  }

  /** The address of a symbol; {@link MemorySegment#NULL} where the object does not have it. */
  static MemorySegment symbol(MemorySegment handle, String name) {
    try (Arena arena = Arena.ofConfined()) {
      return (MemorySegment) DLSYM.invokeExact(handle, arena.allocateFrom(name));
    } catch (Throwable e) {
      throw new IllegalStateException("dlsym could not be called", e);
    }
  }

  /** What the loader said of the last failure on this thread. */
  @SuppressWarnings("restricted") // this module is one of those with native access
  static String lastError() {
    try {
      MemorySegment text = (MemorySegment) DLERROR.invokeExact();
      return text.address() == 0
          ? "the loader gave no reason"
          : text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new IllegalStateException("dlerror could not be called", e);
    }
  }

  /** Sets a variable in the environment that native code of this process sees. */
  static void setEnvironment(String name, String value) {
    int answer;
    try (Arena arena = Arena.ofConfined()) {
      answer = (int) SETENV.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
    } catch (Throwable e) {
      throw new IllegalStateException("setenv could not be called", e);
    }
    if (answer != 0) {
      throw new IllegalStateException("the environment variable " + name + " could not be set");
    }
  }

  /** A variable as native code of this process sees it; empty where it is not set. */
  @SuppressWarnings("restricted") // this module is one of those with native access
  static Optional<String> environment(String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = (MemorySegment) GETENV.invokeExact(arena.allocateFrom(name));
      return value.address() == 0
          ? Optional.empty()
          : Optional.of(value.reinterpret(Long.MAX_VALUE).getString(0));
    } catch (Throwable e) {
      throw new IllegalStateException("getenv could not be called", e);
    }
  }

  @SuppressWarnings("restricted") // this module is one of those with native access
  private static MethodHandle find(String name, FunctionDescriptor shape) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape);
  }
}
