package strongroom.hsm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A PKCS#11 library in use: a vendor's shared object, loaded and initialized, in this process or in
 * one of its own. Safe for several threads.
 */
public sealed interface HsmLibrary extends AutoCloseable permits LocalLibrary, IsolatedLibrary {
  /**
   * Loads and initializes the library at {@code path}; {@code CKR_CRYPTOKI_ALREADY_INITIALIZED} is
   * success.
   *
   * @param callMax how long any call may take before its caller goes on without it
   * @throws HsmFault.Library where the file cannot be loaded or is no PKCS#11 library; it says what
   *     the loader said and which libraries are in the usual places
   * @throws HsmFault where the library cannot be initialized
   */
  static HsmLibrary open(String path, Duration callMax) {
    return open(path, callMax, HsmObserver.NONE);
  }

  /** As {@link #open(String, Duration)}; {@code observer} is told of every call. */
  static HsmLibrary open(String path, Duration callMax, HsmObserver observer) {
    return LocalLibrary.open(path, callMax, observer);
  }

  /**
   * As {@link #open(String, Duration)}, but in a process of its own: a library that crashes takes
   * that process down, and one that hangs has it ended. The next call starts another, with growing
   * pauses.
   */
  static HsmLibrary openIsolated(String path, Duration callMax) {
    return openIsolated(path, callMax, HsmObserver.NONE);
  }

  /** As {@link #openIsolated(String, Duration)}; {@code observer} is told of every call. */
  static HsmLibrary openIsolated(String path, Duration callMax, HsmObserver observer) {
    return IsolatedLibrary.open(path, callMax, Map.of(), observer);
  }

  /** PKCS#11 libraries that are in the usual places of this system. */
  static List<Path> usualLibraries() {
    return LibraryFile.found();
  }

  /** The path it was opened by. */
  String path();

  /** What the library says of itself. */
  LibraryInfo info();

  /** The vendor's profile, by the library or by {@code token}; empty where none is known. */
  default Optional<VendorProfile> profile(Optional<TokenInfo> token) {
    return VendorProfile.of(path(), info()).or(() -> token.flatMap(VendorProfile::of));
  }

  /** Every slot, with or without an HSM token in it. */
  List<Slot> slots();

  /** What the HSM token in {@code slot} offers. */
  List<MechanismInfo> mechanisms(Slot slot);

  /**
   * An HSM token of it, which connects with its first call; to be closed before this.
   *
   * @param pins asked at every login, so that a new PIN takes effect
   */
  HsmToken token(SlotChoice choice, PinSource pins, TokenSettings settings);

  /** Ends its use; sessions opened through it end with the last use. Closing twice does nothing. */
  @Override
  void close();
}
