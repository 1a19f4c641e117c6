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
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PKCS#11 library as a file: loads it, and says what else there is where it cannot. */
final class LibraryFile {
  /** Where vendors and distributions put their libraries, as folder and file pattern. */
  private static final List<String[]> USUAL_PLACES =
      List.of(
          new String[] {"/usr/lib/softhsm", "libsofthsm2.so"},
          new String[] {"/usr/lib/x86_64-linux-gnu/softhsm", "libsofthsm2.so"},
          new String[] {"/usr/lib/aarch64-linux-gnu/softhsm", "libsofthsm2.so"},
          new String[] {"/usr/lib64/pkcs11", "*.so"},
          new String[] {"/usr/lib/pkcs11", "*.so"},
          new String[] {"/usr/local/lib/softhsm", "libsofthsm2.so"},
          new String[] {"/usr/lib/x86_64-linux-gnu/pkcs11", "*.so"},
          new String[] {"/usr/lib/aarch64-linux-gnu/pkcs11", "*.so"},
          new String[] {"/usr/safenet/lunaclient/lib", "libCryptoki2_64.so"},
          new String[] {"/opt/nfast/toolkits/pkcs11", "libcknfast.so"},
          new String[] {"/opt/cloudhsm/lib", "libcloudhsm_pkcs11.so"},
          new String[] {"/opt/utimaco/lib", "libcs_pkcs11*.so"},
          new String[] {"/usr/lib/x86_64-linux-gnu", "yubihsm_pkcs11.so"});

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
    List<Path> found = new ArrayList<>();
    for (String[] place : USUAL_PLACES) {
      Path folder = Path.of(place[0]);
      if (Files.isDirectory(folder)) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, place[1])) {
          files.forEach(found::add);
        } catch (IOException e) {
          LOG.debug("{} cannot be read, so nothing in it is suggested", folder, e);
        }
      }
    }
    return found.stream().sorted().toList();
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

  private static String alternatives(String path) {
    Stream<String> others = found().stream().map(Path::toString).filter(p -> !p.equals(path));
    List<String> list = others.toList();
    return list.isEmpty()
        ? "; no PKCS#11 library is in the usual places: install the HSM vendor's client"
            + " (SoftHSM: apt-get install softhsm2) and set \"lib\" to its path"
        : "; found in the usual places: " + String.join(", ", list);
  }

  @SuppressWarnings("restricted") // this module is one of the two with native access
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
  @SuppressWarnings("restricted") // this module is one of the two with native access
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
