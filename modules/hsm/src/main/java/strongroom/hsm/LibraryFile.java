package strongroom.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PKCS#11 library as a file: loads it, and says what else there is where it cannot. */
final class LibraryFile {
  private static final Logger LOG = LoggerFactory.getLogger(LibraryFile.class);

  private LibraryFile() {}

  /** The library's functions. Once loaded it stays: what vendors start cannot be stopped. */
  static Functions load(String path) {
    MemorySegment handle = CLibrary.open(path);
    if (handle.address() == 0) {
      throw new HsmFault.Library(
          "the PKCS#11 library "
              + path
              + " cannot be loaded: "
              + CLibrary.lastError()
              + wrongKind(path)
              + alternatives(path));
    }
    MemorySegment getList = CLibrary.symbol(handle, "C_GetFunctionList");
    if (getList.address() != 0) {
      return functionList(path, getList);
    }
    String words = CLibrary.lastError();
    MemorySegment getInterface = CLibrary.symbol(handle, "C_GetInterface");
    if (getInterface.address() != 0) {
      return interfaceList(path, getInterface);
    }
    throw new HsmFault.Library(
        path
            + " is not a PKCS#11 library: it has no C_GetFunctionList: "
            + words
            + alternatives(path));
  }

  /** PKCS#11 libraries that are in the usual places of this system. */
  static List<Path> found() {
    Set<Path> found = new TreeSet<>();
    Stream<String> places =
        Stream.concat(
            Vendors.ALL.stream().flatMap(v -> v.places().stream()), Vendors.SHARED_PLACES.stream());
    places.map(Path::of).forEach(place -> found.addAll(at(place)));
    return List.copyOf(found);
  }

  /**
   * The loader calls a library for another processor a missing file. Offsets are those of the ELF
   * header: class at 4, machine at 18.
   */
  private static String wrongKind(String path) {
    byte[] header = new byte[20];
    try (InputStream file = Files.newInputStream(Path.of(path))) {
      if (file.readNBytes(header, 0, header.length) < header.length
          || header[0] != 0x7F
          || header[1] != 'E'
          || header[2] != 'L'
          || header[3] != 'F') {
        return "; the file is there, but it is no shared object";
      }
    } catch (IOException | InvalidPathException e) {
      return "";
    }
    int machine = Byte.toUnsignedInt(header[18]) | Byte.toUnsignedInt(header[19]) << 8;
    String built =
        switch (machine) {
          case 3 -> "x86, 32 bit";
          case 40 -> "ARM, 32 bit";
          case 62 -> "amd64";
          case 183 -> "aarch64";
          default -> "ELF machine " + machine;
        };
    String here = System.getProperty("os.arch");
    return built.equals(here)
        ? ""
        : "; the file is there, but it is built for " + built + ", and this is " + here;
  }

  /** The files that {@code place} stands for, an absolute path whose name may have a star. */
  private static List<Path> at(Path place) {
    Path folder = place.getParent();
    Path name = place.getFileName();
    if (folder == null || name == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, name.toString())) {
      List<Path> found = new ArrayList<>();
      files.forEach(found::add);
      return found;
    } catch (IOException e) {
      LOG.debug("{} cannot be read, so nothing in it is suggested", folder, e);
      return List.of();
    }
  }

  private static String alternatives(String path) {
    return vendorsPlaces(path) + foundInstead(path);
  }

  private static String vendorsPlaces(String path) {
    return VendorProfile.ofFile(path)
        .filter(v -> !v.places().isEmpty())
        .map(
            v ->
                "; "
                    + v.name()
                    + " puts it at "
                    + String.join(" or ", v.places())
                    + " (docs/hsm/"
                    + v.guide()
                    + ")")
        .orElse("");
  }

  private static String foundInstead(String path) {
    Stream<String> others = found().stream().map(Path::toString).filter(p -> !p.equals(path));
    List<String> list = others.toList();
    return list.isEmpty()
        ? "; no PKCS#11 library is in the usual places: install the HSM vendor's client"
            + " (SoftHSM: apt-get install softhsm2) and set \"lib\" to its path"
        : "; found in the usual places: " + String.join(", ", list);
  }

  @SuppressWarnings("restricted") // this module is one of those with native access
  private static Functions functionList(String path, MemorySegment address) {
    var get =
        Linker.nativeLinker().downcallHandle(address, FunctionDescriptor.of(JAVA_LONG, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment list = arena.allocate(ADDRESS);
      CallThread.entering("C_GetFunctionList");
      return list(path, "C_GetFunctionList", (long) get.invokeExact(list), list);
    } catch (HsmFault e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("C_GetFunctionList could not be called", e);
    }
  }

  /** PKCS#11 3.x section 5.2: a {@code CK_INTERFACE} is a name, a function list and flags. */
  @SuppressWarnings("restricted") // this module is one of those with native access
  private static Functions interfaceList(String path, MemorySegment address) {
    var get =
        Linker.nativeLinker()
            .downcallHandle(
                address, FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(ADDRESS);
      MemorySegment name = arena.allocateFrom("PKCS 11");
      CallThread.entering("C_GetInterface");
      long answer = (long) get.invokeExact(name, MemorySegment.NULL, found, 0L);
      MemorySegment entry = found.get(ADDRESS, 0);
      MemorySegment list =
          entry.address() == 0 ? entry : entry.reinterpret(24).asSlice(8, ADDRESS.byteSize());
      return list(path, "C_GetInterface", answer, list);
    } catch (HsmFault e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("C_GetInterface could not be called", e);
    }
  }

  private static Functions list(String path, String function, long answer, MemorySegment pointer) {
    if (answer != Ckr.OK.number()) {
      throw new HsmFault.Rejected(function, answer, path + " does not work as a PKCS#11 library");
    }
    MemorySegment list = pointer.address() == 0 ? pointer : pointer.get(ADDRESS, 0);
    if (list.address() == 0) {
      throw new HsmFault.Library(path + ": " + function + " gave no function list");
    }
    return new Functions(list);
  }
}
