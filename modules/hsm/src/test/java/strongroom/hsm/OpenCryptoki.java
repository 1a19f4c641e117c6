package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The software token of openCryptoki with its daemon. Its paths are compiled in, so it takes the
 * machine's one soft token, and refuses where somebody else uses that.
 */
public final class OpenCryptoki implements Implementation {
  private static final String LABEL = "strongroom-test";
  private static final String SLOT = "3";
  private static final String OFFICER_FIRST = "87654321";
  private static final String OFFICER = "12345678";
  private static final String USER_FIRST = "11112222";
  private static final Path TOKEN = Path.of("/var/lib/opencryptoki/swtok");
  private static final Path SOCKET = Path.of("/run/pkcsslotd.socket");
  private final Programs programs;

  private OpenCryptoki(Programs programs) {
    this.programs = programs;
  }

  /** Makes the token anew and starts the daemon. */
  public static OpenCryptoki provision(Path folder) {
    assertThat(SOCKET).as("a pkcsslotd that is not the tests' runs: stop it first").doesNotExist();
    Programs programs = new Programs(folder, Map.of());
    try {
      wipe();
      for (String locks : new String[] {"", "swtok", "tpm", "icsf", "ccatok", "lite", "ep11tok"}) {
        Files.createDirectories(Path.of("/run/lock/opencryptoki", locks));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    OpenCryptoki made = new OpenCryptoki(programs);
    try {
      programs.start(SOCKET, "pkcsslotd");
      made.initialize();
      return made;
    } catch (RuntimeException | Error e) {
      made.close();
      throw e;
    }
  }

  private static void wipe() throws IOException {
    Path state = TOKEN.resolve("NVTOK.DAT");
    if (Files.exists(state)) {
      String bytes = new String(Files.readAllBytes(state), StandardCharsets.ISO_8859_1);
      assertThat(bytes.contains(LABEL) || bytes.contains("IBM OS PKCS#11"))
          .as("%s holds a token that is not the tests'", TOKEN)
          .isTrue();
    }
    try (Stream<Path> files = Files.walk(TOKEN)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    Files.deleteIfExists(Path.of("/dev/shm/var.lib.opencryptoki.swtok"));
  }

  private void initialize() {
    programs.run(
        "sh", "-c", "echo " + LABEL + " | pkcsconf -I -c " + SLOT + " -S " + OFFICER_FIRST);
    programs.run("pkcsconf", "-P", "-c", SLOT, "-S", OFFICER_FIRST, "-n", OFFICER);
    programs.run("pkcsconf", "-u", "-c", SLOT, "-S", OFFICER, "-n", USER_FIRST);
    programs.run("pkcsconf", "-p", "-c", SLOT, "-U", USER_FIRST, "-n", pin());
  }

  @Override
  public String library() {
    return Implementation.installed("opencryptoki/libopencryptoki.so.0");
  }

  @Override
  public String tokenLabel() {
    return LABEL;
  }

  @Override
  public String pin() {
    return "1234pin8";
  }

  @Override
  public Map<Means, String> cannot() {
    return Map.of(
        Means.GCM, "CKR_MECHANISM_INVALID",
        Means.KEY_WRAP, "CKR_MECHANISM_INVALID");
  }

  @Override
  public Map<NewKey.Kind, String> prepared() {
    return Map.of();
  }

  @Override
  public String profile() {
    return "openCryptoki";
  }

  @Override
  public void close() {
    programs.close();
    try {
      // The daemon leaves its first process, and tells its number here.
      Path pid = Path.of("/run/pkcsslotd.pid");
      if (Files.exists(pid)) {
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
            .ifPresent(ProcessHandle::destroy);
        // It is nobody's child, so it may stay listed when it has ended; the socket does not.
        for (int i = 0; i < 250 && Files.exists(SOCKET); i++) {
          LockSupport.parkNanos(20_000_000);
        }
      }
      Files.deleteIfExists(SOCKET);
      wipe();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
