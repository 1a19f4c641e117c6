package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * A PKCS#11 library over SoftHSM that breaks calls by a plan: {@code tools/fault-pkcs11}, built by
 * gcc, in this process.
 *
 * @param path the shared object
 * @param plan the file it reads its plan from
 * @param real the library behind it
 */
public record FaultLibrary(Path path, Path plan, Path real) {
  /** Builds it in {@code folder} and sets the variables it reads. */
  public static FaultLibrary build(Path folder, Path real) {
    Path source = Path.of("../../tools/fault-pkcs11/fault_pkcs11.c");
    Path library = folder.resolve("libfault_pkcs11.so");
    try {
      Process gcc =
          new ProcessBuilder(
                  "gcc",
                  "-shared",
                  "-fPIC",
                  "-O2",
                  "-o",
                  library.toString(),
                  source.toString(),
                  "-ldl",
                  "-lpthread")
              .redirectErrorStream(true)
              .start();
      String words = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(gcc.waitFor()).as(words).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    Path plan = folder.resolve("faults");
    CLibrary.setEnvironment("STRONGROOM_FAULT_LIBRARY", real.toString());
    CLibrary.setEnvironment("STRONGROOM_FAULT_PLAN", plan.toString());
    return new FaultLibrary(library, plan, real);
  }

  /** Makes {@code lines} the plan, at once and whole. */
  public void faults(String... lines) {
    try {
      Path next = plan.resolveSibling("faults.next");
      Files.writeString(next, String.join("\n", lines) + "\n");
      Files.move(next, plan, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What another process needs to use it. */
  public Map<String, String> environment() {
    return Map.of(
        "STRONGROOM_FAULT_LIBRARY",
        real.toString(),
        "STRONGROOM_FAULT_PLAN",
        plan.toString(),
        "STRONGROOM_FAULT_TRACE",
        plan.resolveSibling("trace").toString());
  }

  /** How often {@code function} was called since this was asked last; the first time starts it. */
  public int calls(String function) {
    Path trace = plan.resolveSibling("trace");
    try {
      List<String> lines = Files.exists(trace) ? Files.readAllLines(trace) : List.of();
      Files.deleteIfExists(trace);
      CLibrary.setEnvironment("STRONGROOM_FAULT_TRACE", trace.toString());
      return (int) lines.stream().filter(line -> line.startsWith(function + " ")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends all faults. */
  public void none() {
    faults("# none");
  }
}
