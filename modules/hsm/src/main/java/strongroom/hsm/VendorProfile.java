package strongroom.hsm;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is known of a vendor's PKCS#11 library beyond the standard, so that nothing else in the code
 * names a vendor. All profiles are in {@link Vendors}.
 *
 * @param name the product
 * @param guide its page under {@code docs/hsm}
 * @param marks what tells it, in lower case: a part of the library's file name, or of the
 *     manufacturer, description or model that library and HSM token give
 * @param places where its library is installed, as absolute paths; {@code *} in the file name
 *     stands for anything
 * @param sessions whether it takes read-only sessions
 * @param gcmIv who makes the IV of AES-GCM
 * @param keyMaking whether it makes keys through PKCS#11, and what to do where it does not
 * @param login how one logs in
 * @param misreported flags that it reports as off on keys that it has just made, though they hold
 * @param initializeVariable the environment variable whose text goes to {@code C_Initialize}; empty
 *     where it takes none
 * @param tried whether it has been tried, or is known from documentation only
 * @param sources where the facts are from
 */
public record VendorProfile(
    String name,
    String guide,
    List<String> marks,
    List<String> places,
    Sessions sessions,
    GcmIv gcmIv,
    KeyMaking keyMaking,
    Login login,
    Set<KeyFlag> misreported,
    String initializeVariable,
    Tried tried,
    List<String> sources) {

  /** Which sessions it opens. */
  public enum Sessions {
    /** Read-only ones too, which are taken. */
    ANY,
    /** Read-write ones only. */
    READ_WRITE_ONLY
  }

  /** Who makes the IV of AES-GCM. What is done follows what the HSM answers, not this. */
  public enum GcmIv {
    /** Whoever encrypts. */
    GIVEN,
    /** The HSM; it writes it into the parameter. */
    MADE_BY_HSM,
    /** It depends on how the HSM is set up, FIPS mode above all. */
    BY_SETTING,
    /** There is no AES-GCM. */
    NO_GCM
  }

  /** Whether keys can be made through PKCS#11. */
  public sealed interface KeyMaking {
    /** They can. */
    record ThroughPkcs11() implements KeyMaking {}

    /**
     * Some or all cannot.
     *
     * @param how how they are made instead, as the end of a sentence
     */
    record Otherwise(String how) implements KeyMaking {}
  }

  /**
   * How one logs in. Of sessions the limit that the HSM token tells is kept to, whatever the
   * vendor.
   *
   * @param pin what the PIN is, as the end of a sentence; empty where it is a PIN like any other
   * @param processesMax how many processes can be logged in at once, tools and nodes together
   */
  public record Login(String pin, OptionalInt processesMax) {
    /** As the standard has it. */
    static final Login STANDARD = with("");

    static Login with(String pin) {
      return new Login(pin, OptionalInt.empty());
    }
  }

  /** What the profile rests on. */
  public enum Tried {
    /** The tests of this project run on it. */
    BY_TESTS,
    /** The vendor's documentation only: not tried on the real device. */
    NOT_ON_THE_DEVICE
  }

  /** The product, its guide, and what is known of it beyond the standard, in one line. */
  public String summary() {
    StringBuilder text = new StringBuilder(name).append(" (docs/hsm/").append(guide).append(")");
    if (sessions == Sessions.READ_WRITE_ONLY) {
      text.append(", read-write sessions only");
    }
    switch (gcmIv) {
      case GIVEN -> {}
      case MADE_BY_HSM -> text.append(", makes the IV of AES-GCM itself");
      case BY_SETTING -> text.append(", may make the IV of AES-GCM itself");
      case NO_GCM -> text.append(", no AES-GCM");
    }
    keysMadeOtherwise().ifPresent(how -> text.append(", ").append(how));
    if (!login.pin().isEmpty()) {
      text.append(", its PIN is ").append(login.pin());
    }
    login
        .processesMax()
        .ifPresent(max -> text.append(", at most ").append(max).append(" processes logged in"));
    return text.append(
            tried == Tried.BY_TESTS
                ? "; tried by our tests"
                : "; from documentation, not tried on the device")
        .toString();
  }

  /** Whether one of {@code words}, in lower case, has one of its marks. */
  boolean fits(List<String> words) {
    return marks.stream().anyMatch(mark -> words.stream().anyMatch(word -> word.contains(mark)));
  }

  /** How keys are made, where that is not through PKCS#11. */
  Optional<String> keysMadeOtherwise() {
    return keyMaking instanceof KeyMaking.Otherwise(String how)
        ? Optional.of(how)
        : Optional.empty();
  }

  /** The profile of the library at {@code path}, before it is loaded. */
  static Optional<VendorProfile> ofFile(String path) {
    return of(Stream.of(String.valueOf(Path.of(path).getFileName())));
  }

  /** The profile of a loaded library. */
  public static Optional<VendorProfile> of(String path, LibraryInfo info) {
    return ofFile(path).or(() -> of(Stream.of(info.manufacturer(), info.description())));
  }

  /** The profile of an HSM token, where its library has none: some libraries front for others. */
  public static Optional<VendorProfile> of(TokenInfo token) {
    return of(Stream.of(token.manufacturer(), token.model()));
  }

  private static Optional<VendorProfile> of(Stream<String> words) {
    List<String> lower = words.map(w -> w.toLowerCase(Locale.ROOT)).toList();
    return Vendors.ALL.stream().filter(p -> p.fits(lower)).findFirst();
  }
}
