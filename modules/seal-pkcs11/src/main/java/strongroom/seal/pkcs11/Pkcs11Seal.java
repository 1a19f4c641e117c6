package strongroom.seal.pkcs11;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.hsm.Ckr;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.HsmToken;
import strongroom.hsm.PinSource;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.SealHealth;
import strongroom.secret.SecretBytes;

/**
 * The seal {@code pkcs11}: wraps by a key in an HSM token that never leaves it. Connects with the
 * first call, or with the first probe after {@link #start}. What it wraps it unwraps again and
 * compares before it returns it.
 */
public final class Pkcs11Seal implements Seal {
  private static final Logger LOG = LoggerFactory.getLogger(Pkcs11Seal.class);
  private static final int PROBE_BYTES = 32;

  /** How long rivals that make the same keys at once are waited for. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  /** Written under opening. */
  private volatile Pkcs11SealSettings settings;

  private final boolean autoUnseal;
  private final PinSource pins;
  private final SecureRandom random;
  private volatile SealKeys keys; // written under opening
  private final HealthRecord health;
  private final Prober prober;
  private final Duration settling;

  /** Held while the library is opened or closed; no other lock is asked for under it. */
  private final ReentrantLock opening = new ReentrantLock();

  private @Nullable HsmLibrary library; // guarded by opening
  private String libraryStamp = ""; // guarded by opening
  private volatile @Nullable HsmToken token; // written under opening
  private volatile boolean closed;

  /**
   * Starts nothing and asks nothing.
   *
   * @param pins asked at every login, so that a new PIN takes effect
   */
  public Pkcs11Seal(Pkcs11SealSettings settings, PinSource pins, Clock clock, SecureRandom random) {
    this(settings, pins, clock, random, SETTLING);
  }

  Pkcs11Seal(
      Pkcs11SealSettings settings,
      PinSource pins,
      Clock clock,
      SecureRandom random,
      Duration settling) {
    this.settings = settings;
    autoUnseal = settings.autoUnseal();
    this.pins = pins;
    this.random = random;
    this.settling = settling;
    keys = new SealKeys(settings);
    Duration probeMax =
        settings
            .healthCheck()
            .map(Pkcs11SealSettings.HealthCheck::timeout)
            .orElse(settings.token().callMax());
    health =
        new HealthRecord(settings.name(), clock, probeMax, Map.of("library", settings.library()));
    prober = new Prober(settings, health, this::probe, random);
  }

  /** Starts the probe that keeps {@link #health} true between calls. */
  public void start() {
    prober.start();
  }

  /** Asks the HSM at once, with the PIN as it is now. Does not wait for the answer. */
  public void reload() {
    prober.wake();
  }

  /**
   * Takes {@code fresh} settings, for SIGHUP: where they, or the library's file, are others, the
   * old library is finalized and the new one is opened with the next call. The name, {@code
   * auto_unseal} and the health check stay as they were at start.
   *
   * @return whether anything was another
   */
  public boolean reload(Pkcs11SealSettings fresh) {
    if (!lockOpening()) {
      return false;
    }
    try {
      boolean same =
          fresh.equals(settings)
              && (library == null || libraryStamp.equals(stamp(fresh.library())));
      if (same || closed) {
        return false;
      }
      LOG.info("seal {} takes its library and settings anew: {}", fresh.name(), fresh.library());
      closeLibrary();
      settings = fresh;
      keys = new SealKeys(fresh);
    } finally {
      opening.unlock();
    }
    prober.wake();
    return true;
  }

  /** Tells one file from the next that has its place; empty where there is none. */
  private static String stamp(String path) {
    try {
      BasicFileAttributes file = Files.readAttributes(Path.of(path), BasicFileAttributes.class);
      return file.fileKey() + " " + file.lastModifiedTime() + " " + file.size();
    } catch (IOException | InvalidPathException e) {
      return "";
    }
  }

  @Override
  public String type() {
    return "pkcs11";
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public boolean unsealsByItself() {
    return autoUnseal;
  }

  @Override
  public void prove(boolean mayGenerateKey) {
    try {
      tracked(
          () -> {
            if (mayGenerateKey && settings.generateKey()) {
              new KeyGeneration(token(), settings.keyAlsoWraps(), random, settling)
                  .ensure(keys.wanted());
            }
            return wrapProbe();
          });
    } catch (SealFault.Configuration e) {
      throw settings.generateKey() && lacksKey()
          ? new SealFault.KeyToBeMade(String.valueOf(e.getMessage()), e)
          : e;
    }
  }

  private boolean lacksKey() {
    try {
      return !keys.missing(token()).isEmpty();
    } catch (HsmFault e) {
      return false;
    }
  }

  @Override
  public byte[] wrap(Purpose purpose, SecretBytes plaintext) {
    return tracked(
        () -> {
          HsmToken connected = token();
          return report(
              keys.choose(connected), by -> wrapping(connected).wrap(by, purpose, plaintext));
        });
  }

  @Override
  public SecretBytes unwrap(Purpose purpose, byte[] wrapped) {
    Blob blob = Blob.parse(wrapped, purpose);
    return tracked(() -> wrapping(token()).unwrap(blob));
  }

  @Override
  public SealHealth health() {
    return health.health();
  }

  private void probe() {
    tracked(this::wrapProbe);
  }

  private byte[] wrapProbe() {
    HsmToken connected = token();
    try (SecretBytes probe = SecretBytes.random(PROBE_BYTES, random)) {
      return report(
          keys.choose(connected), by -> wrapping(connected).wrap(by, Purpose.PROBE, probe));
    }
  }

  private Wrapping wrapping(HsmToken connected) {
    return new Wrapping(settings, keys, connected, random);
  }

  private interface Work<T> {
    T run();
  }

  private interface WrapWork {
    byte[] by(SealKeys.Chosen chosen);
  }

  private byte[] report(SealKeys.Chosen chosen, WrapWork work) {
    long start = System.nanoTime();
    byte[] blob = work.by(chosen);
    health.succeeded(
        Duration.ofNanos(System.nanoTime() - start),
        HealthRecord.details(settings.library(), chosen));
    return blob;
  }

  /** Runs {@code work}; a fault of the HSM becomes one of the seal, and is noted. */
  private <T> T tracked(Work<T> work) {
    try {
      try {
        return work.run();
      } catch (HsmFault.Closed e) {
        // A reload closed the library under it: the new one is asked.
        return work.run();
      }
    } catch (HsmFault e) {
      SealFault fault = sealFault(e);
      health.failed(String.valueOf(fault.getMessage()));
      throw fault;
    }
  }

  private SealFault sealFault(HsmFault fault) {
    String message = String.valueOf(fault.getMessage());
    return switch (fault.remedy()) {
      case RETRY, REOPEN_SESSION, LOG_IN, REINITIALIZE -> new SealFault.Away(message, fault);
      case CONFIGURATION -> new SealFault.Configuration(message + hint(fault, settings), fault);
      case PIN -> new SealFault.Pin(message, fault);
      case DATA -> new SealFault.Data(message, fault);
    };
  }

  /** What the stanza has against {@code fault}; empty where nothing is known. */
  static String hint(HsmFault fault, Pkcs11SealSettings settings) {
    if (!(fault instanceof HsmFault.Rejected rejected)) {
      return "";
    }
    boolean decrypts = rejected.function().startsWith("C_Decrypt");
    boolean oaep = decrypts || rejected.function().startsWith("C_Encrypt");
    if (oaep && rejected.number() == Ckr.ARGUMENTS_BAD.number()) {
      return "; where the key is RSA, the HSM may not know rsa_oaep_hash "
          + settings.oaepHash().word()
          + " (SoftHSM knows sha1 only)";
    }
    return rejected.number() == Ckr.SESSION_READ_ONLY.number()
        ? "; set force_rw_session = \"true\""
        : "";
  }

  private HsmToken token() {
    HsmToken known = token;
    if (known != null) {
      return known;
    }
    if (!lockOpening()) {
      throw new HsmFault.TimedOut(
          "C_Initialize",
          settings.token().callMax(),
          "another call opens the library all the time");
    }
    try {
      if (closed) {
        throw new IllegalStateException("the seal has been closed");
      }
      if (token == null) {
        libraryStamp = stamp(settings.library());
        HsmLibrary opened = settings.open();
        library = opened;
        token = opened.token(settings.choice(), pins, settings.token());
      }
      return token;
    } finally {
      opening.unlock();
    }
  }

  private boolean lockOpening() {
    try {
      return opening.tryLock(settings.token().callMax().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    prober.close();
    opening.lock();
    try {
      closed = true;
      closeLibrary();
    } finally {
      opening.unlock();
    }
  }

  /** The caller holds the lock. */
  private void closeLibrary() {
    try {
      HsmToken connected = token;
      token = null;
      if (connected != null) {
        connected.close();
      }
      HsmLibrary opened = library;
      library = null;
      if (opened != null) {
        opened.close();
      }
    } catch (HsmFault e) {
      health.failed("the library was not closed: " + e.getMessage());
    }
  }
}
