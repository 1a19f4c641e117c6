package strongroom.seal.pkcs11;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.HsmObserver;
import strongroom.hsm.HsmSessions;
import strongroom.hsm.HsmToken;
import strongroom.hsm.PinSource;
import strongroom.hsm.TokenInfo;
import strongroom.seal.HealthCheck;
import strongroom.seal.HealthRecord;
import strongroom.seal.Prober;
import strongroom.seal.RotatableSeal;
import strongroom.seal.SealFault;
import strongroom.seal.SealHealth;
import strongroom.seal.SealKey;
import strongroom.secret.SecretBytes;

/**
 * The seal {@code pkcs11}: wraps by a key in an HSM token that never leaves it. Connects with the
 * first call, or with the first probe after {@link #start}. What it wraps it unwraps again and
 * compares before it returns it.
 */
public final class Pkcs11Seal implements RotatableSeal {
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
  private volatile HsmObserver observer = HsmObserver.NONE;
  private RotatedKey rotated = RotatedKey.NONE; // guarded by opening

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
        settings.healthCheck().map(HealthCheck::timeout).orElse(settings.token().callMax());
    health =
        new HealthRecord(settings.name(), clock, probeMax, Map.of("library", settings.library()));
    prober = new Prober(settings.name(), settings.healthCheck(), health, this::probe, random);
  }

  /** Has {@code other} told of every call from the next opening of the library on. */
  public void observedBy(HsmObserver other) {
    observer = other;
  }

  /** The sessions with the HSM token, from memory. */
  public HsmSessions sessions() {
    HsmToken connected = token;
    return connected == null ? HsmSessions.NONE : connected.sessions();
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
      keys = rotated.applied(fresh);
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

  /**
   * Random bytes of the HSM, through the connection that the seal has. Says nothing of the seal's
   * health: an HSM may wrap that has no random numbers to give.
   *
   * @throws SealFault where the HSM is away or has none
   */
  public byte[] random(int length) {
    try {
      return token().random(length);
    } catch (HsmFault e) {
      throw Faults.ofSeal(e, settings);
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
  public Map<String, String> describe(byte[] wrapped) {
    return header(wrapped);
  }

  /** As {@link #describe}, without a seal at hand. */
  public static Map<String, String> header(byte[] wrapped) {
    return Blob.headerOf(wrapped).map(Blob.Header::described).orElse(Map.of());
  }

  @Override
  public String configuredKey() {
    return RotatedKey.configured(settings);
  }

  @Override
  public SealKey choose(SealKey wish, boolean generate) {
    return tracked(() -> RotatedKey.choose(token(), settings, wish, generate, random));
  }

  @Override
  public void make(SealKey key) {
    tracked(
        () -> {
          new KeyGeneration(token(), settings.keyAlsoWraps(), random, settling)
              .ensure(RotatedKey.wanted(settings, key));
          return key;
        });
  }

  @Override
  public byte[] wrapBy(SealKey key, Purpose purpose, SecretBytes plaintext) {
    return tracked(
        () -> {
          HsmToken connected = token();
          SealKeys.Chosen by = RotatedKey.applied(settings, key).choose(connected);
          return wrapping(connected).wrap(by, purpose, plaintext);
        });
  }

  @Override
  public void use(String configured, SealKey key) {
    opening.lock();
    try {
      rotated = new RotatedKey(configured, key);
      keys = rotated.applied(settings);
    } finally {
      opening.unlock();
    }
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
    health.succeeded(Duration.ofNanos(System.nanoTime() - start), details(chosen));
    return blob;
  }

  /** What operators know the seal by; never a secret. */
  private Map<String, String> details(SealKeys.Chosen by) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("library", settings.library());
    details.put("slot", by.slot().idText());
    details.put("token_label", by.slot().token().map(TokenInfo::label).orElse(""));
    details.put("serial", by.slot().token().map(TokenInfo::serial).orElse(""));
    details.put("key_label", by.key().label());
    details.put("key_id", by.key().id());
    details.put("mechanism", by.mechanism().name());
    by.hmacKey().map(HsmKey::label).ifPresent(label -> details.put("hmac_key_label", label));
    return Map.copyOf(details);
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
      SealFault fault = Faults.ofSeal(e, settings);
      health.failed(String.valueOf(fault.getMessage()));
      throw fault;
    }
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
        HsmLibrary opened = settings.open(observer);
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
