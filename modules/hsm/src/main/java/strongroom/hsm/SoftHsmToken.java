package strongroom.hsm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import strongroom.secret.SecretBytes;

/**
 * A throw-away token of SoftHSM in a folder of its own, for development and tests: all that the
 * real seal needs, without an HSM. Protects nothing: its keys and its PIN lie in that folder.
 *
 * @param library SoftHSM's shared object
 * @param settings the file that {@code SOFTHSM2_CONF} names
 * @param label the token's label
 * @param pin the user's PIN
 */
public record SoftHsmToken(Path library, Path settings, String label, String pin) {
  private static final Duration CALL_MAX = Duration.ofSeconds(30);
  private static final int LABEL_BYTES = 32;

  /** The variable that names SoftHSM's settings. */
  public static final String SETTINGS_VARIABLE = "SOFTHSM2_CONF";

  /** SoftHSM's shared object, where it is installed in one of the usual places. */
  public static Optional<Path> installedLibrary() {
    return HsmLibrary.usualLibraries().stream()
        .filter(p -> p.endsWith("libsofthsm2.so"))
        .findFirst();
  }

  /**
   * Makes a token under {@code folder}, and points this process at it: SoftHSM reads its settings
   * from the environment when it is initialized, so it must not be in use yet.
   *
   * @param folder made where it does not exist, readable by its owner only
   * @param pin 4 to 255 characters; the security officer's is the same
   * @throws HsmFault.Missing where SoftHSM is not installed
   */
  public static SoftHsmToken provision(Path folder, String label, String pin) {
    Path library =
        installedLibrary()
            .orElseThrow(
                () ->
                    new HsmFault.Missing(
                        "SoftHSM is not installed: install the package softhsm2"
                            + " (apt-get install softhsm2)"));
    Path settings = folder.resolve("softhsm2.conf");
    try {
      Files.createDirectories(
          folder.resolve("tokens"),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.writeString(
          settings,
          "directories.tokendir = "
              + folder.resolve("tokens").toAbsolutePath()
              + "\nobjectstore.backend = file\nlog.level = ERROR\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SoftHsmToken token = new SoftHsmToken(library, settings.toAbsolutePath(), label, pin);
    token.select();
    token.initialize();
    return token;
  }

  /** Another token in the same folder. Works while SoftHSM is in use. */
  public SoftHsmToken another(String otherLabel) {
    SoftHsmToken other = new SoftHsmToken(library, settings, otherLabel, pin);
    other.initialize();
    return other;
  }

  /** Points this process at this token's folder, from SoftHSM's next initialization on. */
  public void select() {
    CLibrary.setEnvironment(SETTINGS_VARIABLE, settings.toString());
  }

  /** The variables that another process needs to use it. */
  public Map<String, String> environment() {
    return Map.of(SETTINGS_VARIABLE, settings.toString());
  }

  /** Gives the PIN, for {@link HsmToken}. */
  public PinSource pinSource() {
    return () -> SecretBytes.takeFrom(pin.getBytes(StandardCharsets.UTF_8));
  }

  private void initialize() {
    try (LocalLibrary hsm = LocalLibrary.open(library.toString(), CALL_MAX, HsmObserver.NONE)) {
      Slot free =
          hsm.slots().stream()
              .filter(s -> s.token().isPresent() && !s.usable())
              .findFirst()
              .orElseThrow(() -> new HsmFault.Missing("SoftHSM shows no free slot"));
      hsm.call(functions -> initialize(functions, free.id()));
    }
  }

  private boolean initialize(Functions functions, long slot) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pinText = arena.allocateFrom(JAVA_BYTE, pin.getBytes(StandardCharsets.UTF_8));
      byte[] padded = new byte[LABEL_BYTES];
      Arrays.fill(padded, (byte) ' ');
      byte[] text = label.getBytes(StandardCharsets.UTF_8);
      System.arraycopy(text, 0, padded, 0, Math.min(text.length, LABEL_BYTES));
      functions.initToken(slot, pinText, arena.allocateFrom(JAVA_BYTE, padded));
      Connection officer = new Connection(Reader.slot(functions, slot), 0, true, 1);
      Session session = officer.borrow(functions, CALL_MAX);
      try {
        functions.login(session.handle(), Ck.CKU_SO, pinText);
        functions.initPin(session.handle(), pinText);
      } finally {
        officer.drop(session);
      }
      return true;
    }
  }
}
