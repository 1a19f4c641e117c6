package strongroom.hsm;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.secret.SecretBytes;

/**
 * An HSM token used by the library in this process: finds its slot, logs in once, and keeps
 * sessions for the calls. Connects with the first call. When a session, the login or the device is
 * lost, it connects anew and tries once more; where the HSM is busy or stumbles, it tries a few
 * times within the deadline; after several failures in a row it initializes the library anew. Every
 * call ends within {@link TokenSettings#callMax} by result or by {@link HsmFault}.
 *
 * <p>It never logs out, since that ends the login of all sessions of the process. Safe for several
 * threads.
 */
final class LocalToken implements HsmToken {
  private static final Logger LOG = LoggerFactory.getLogger(LocalToken.class);

  /** After so many failed calls in a row the library is initialized anew. */
  private static final int FAILURES_BEFORE_REINITIALIZE = 3;

  /** A call on a connection that was lost, and again on a new one. */
  private static final int RECONNECT_TRIES_MAX = 2;

  /** A call on an HSM that is busy or stumbles. */
  private static final int TRIES_MAX = 5;

  private static final long RETRY_PAUSE_MILLIS = 5;

  /** HSMs count logins, and a key may have been made before the HSM said that it was not. */
  private static final Set<String> NOT_AGAIN =
      Set.of("C_Login", "C_GenerateKey", "C_GenerateKeyPair", "C_DestroyObject");

  private final LocalLibrary library;
  private final SlotChoice choice;
  private final TokenSettings settings;
  private final CallThreads threads;
  private final AtomicInteger failures = new AtomicInteger();

  /** Held by the one call thread that connects, which holds the library's lock shared already. */
  private final ReentrantLock connecting = new ReentrantLock();

  private final Login login; // used by the holder of connecting
  private volatile @Nullable Connection connection;
  private volatile String lastWarning = "";

  /** Set where the token has no room for a read-write session beside the others. */
  private volatile boolean readWriteFromNowOn;

  /** Connects with the first call. {@code library} stays the caller's to close, after this. */
  LocalToken(LocalLibrary library, SlotChoice choice, PinSource pins, TokenSettings settings) {
    this.library = library;
    this.choice = choice;
    this.settings = settings;
    login = new Login(pins, settings.mayUseFinalTry());
    threads =
        new CallThreads(
            "hsm-call",
            settings.sessionsMax().orElse(TokenSettings.SESSIONS_MAX_DEFAULT),
            library.observer());
  }

  @Override
  public Slot slot() {
    return call(session -> session.connection().slot());
  }

  @Override
  public List<MechanismInfo> mechanisms() {
    return call(session -> session.connection().mechanisms(session.functions()));
  }

  @Override
  public List<HsmKey> keys(KeySearch search) {
    return call(session -> new KeyObjects(session).find(search));
  }

  @Override
  public HsmKey generate(NewKey wanted) {
    return callReadWrite(session -> make(session, wanted));
  }

  private HsmKey make(Session session, NewKey wanted) {
    Optional<VendorProfile> profile = profile(session.connection().slot().token().orElseThrow());
    try {
      return new KeyMaker(session, profile.map(VendorProfile::misreported).orElse(Set.of()))
          .make(wanted);
    } catch (HsmFault.Rejected e) {
      if (!e.function().startsWith("C_GenerateKey") || e.is(Ckr.SESSION_READ_ONLY)) {
        throw e;
      }
      throw profile
          .flatMap(VendorProfile::keysMadeOtherwise)
          .map(how -> new HsmFault.Rejected(e.function(), e.number(), how))
          .orElse(e);
    }
  }

  Optional<VendorProfile> profile(TokenInfo info) {
    return library.loaded().profile().or(() -> VendorProfile.of(info));
  }

  @Override
  public void destroy(HsmKey key) {
    callReadWrite(
        session -> {
          session.functions().destroyObject(session.handle(), new KeyObjects(session).handle(key));
          session.connection().handles().remove(key.search());
          return true;
        });
  }

  @Override
  public Encrypted encrypt(HsmKey key, CipherMode mode, SecretBytes plaintext) {
    return withKey(key, (ciphers, handle) -> ciphers.encrypt(handle, mode, plaintext));
  }

  @Override
  public SecretBytes decrypt(HsmKey key, CipherMode mode, byte[] ciphertext) {
    return withKey(key, (ciphers, handle) -> ciphers.decrypt(handle, mode, ciphertext));
  }

  @Override
  public byte[] sign(HsmKey key, Mechanism mechanism, byte[] data) {
    return withKey(key, (ciphers, handle) -> ciphers.sign(handle, mechanism, data));
  }

  @Override
  public boolean verify(HsmKey key, Mechanism mechanism, byte[] data, byte[] signature) {
    return withKey(key, (ciphers, handle) -> ciphers.verify(handle, mechanism, data, signature));
  }

  @Override
  public byte[] wrap(HsmKey key, Mechanism mechanism, SecretBytes secret) {
    return withKey(key, (ciphers, handle) -> ciphers.wrap(handle, mechanism, secret));
  }

  @Override
  public SecretBytes unwrap(HsmKey key, Mechanism mechanism, byte[] wrapped) {
    return withKey(key, (ciphers, handle) -> ciphers.unwrap(handle, mechanism, wrapped));
  }

  @Override
  public byte[] random(int length) {
    return call(session -> new Ciphers(session).random(length));
  }

  @Override
  public RSAPublicKey publicKey(HsmKey key) {
    Map<Long, byte[]> parts =
        call(
            session -> {
              KeyObjects objects = new KeyObjects(session);
              return objects.attributes(
                  objects.handle(key), List.of(Ck.CKA_MODULUS, Ck.CKA_PUBLIC_EXPONENT));
            });
    byte[] modulus = parts.get(Ck.CKA_MODULUS);
    byte[] exponent = parts.get(Ck.CKA_PUBLIC_EXPONENT);
    if (modulus == null || exponent == null) {
      throw new HsmFault.Missing("the HSM does not show the public half of " + key.summary());
    }
    try {
      return (RSAPublicKey)
          KeyFactory.getInstance("RSA")
              .generatePublic(
                  new RSAPublicKeySpec(new BigInteger(1, modulus), new BigInteger(1, exponent)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the public half of " + key.summary() + " is no RSA key", e);
    }
  }

  @Override
  public int hungCalls() {
    return threads.hung();
  }

  @Override
  public HsmSessions sessions() {
    Connection current = connection;
    return current == null ? HsmSessions.NONE : current.sessions();
  }

  /** Closes idle sessions. Calls in flight end by themselves. */
  @Override
  public void close() {
    try {
      if (connection != null) {
        threads.run(settings.callMax(), () -> library.loaded().with(this::discardCurrent));
      }
    } catch (HsmFault e) {
      LOG.debug("sessions were not closed: {}", e.getMessage());
    } finally {
      threads.close();
      forgetRefusedPin();
    }
  }

  private void forgetRefusedPin() {
    // A thread that hangs while it connects keeps the lock, and the PIN with it.
    if (connecting.tryLock()) {
      try {
        login.forgetRefused();
      } finally {
        connecting.unlock();
      }
    }
  }

  private boolean discardCurrent(Functions functions) {
    Connection current = connection;
    connection = null;
    if (current != null && current.generation() == library.loaded().generation()) {
      current.discard(functions);
    }
    return true;
  }

  private interface KeyWork<T> {
    T with(Ciphers ciphers, long handle);
  }

  private <T> T withKey(HsmKey key, KeyWork<T> work) {
    return call(session -> work.with(new Ciphers(session), new KeyObjects(session).handle(key)));
  }

  <T> T callReadWrite(Function<Session, T> work) {
    return call(
        session -> {
          if (session.connection().readWrite()) {
            return work.apply(session);
          }
          long handle = openBeside(session);
          try {
            return work.apply(new Session(session.functions(), session.connection(), handle));
          } finally {
            Connection.closeQuietly(session.functions(), handle);
          }
        });
  }

  private long openBeside(Session session) {
    Connection current = session.connection();
    try {
      return current.open(session.functions(), Ck.CKF_SERIAL_SESSION | Ck.CKF_RW_SESSION);
    } catch (HsmFault.Rejected e) {
      if (e.is(Ckr.SESSION_COUNT)) {
        // It allows no session more, so the one that there is must be read-write itself.
        readWriteFromNowOn = true;
        current.discard(session.functions());
      }
      throw e;
    }
  }

  /** Remembers a PIN as refused, from another process; before the first call. */
  void remember(SecretBytes refused, boolean locked) {
    login.remember(refused, locked);
  }

  /** Runs {@code work}, and again where the fault says that this may help at once. */
  <T> T call(Function<Session, T> work) {
    long end = System.nanoTime() + settings.callMax().toNanos();
    HsmFault before = null;
    for (int tries = 1; ; tries++) {
      try {
        T result = attempt(work, end);
        failures.set(0);
        if (before != null && before.remedy().reconnects()) {
          LOG.info("the HSM works again on a new session, after {}", before.getMessage());
        }
        return result;
      } catch (HsmFault fault) {
        if (before != null) {
          fault.addSuppressed(before);
        }
        if (!againAtOnce(fault, tries, end)) {
          failed(fault);
          throw fault;
        }
        before = fault;
      }
    }
  }

  private static boolean againAtOnce(HsmFault fault, int tries, long endNanos) {
    if (fault.remedy().reconnects()) {
      return tries < RECONNECT_TRIES_MAX;
    }
    return fault instanceof HsmFault.Rejected rejected
        && fault.remedy() == Remedy.RETRY
        && !NOT_AGAIN.contains(rejected.function())
        && tries < TRIES_MAX
        && pause(RETRY_PAUSE_MILLIS << tries, endNanos);
  }

  private static boolean pause(long millis, long endNanos) {
    if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis) >= endNanos) {
      return false;
    }
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void failed(HsmFault fault) {
    if (fault instanceof HsmFault.TimedOut) {
      // Its session is lost in the call that hangs: the next call starts on a new connection.
      Connection current = connection;
      connection = null;
      if (current != null) {
        current.forget();
      }
    }
    // A slot or key that is missing may have come back where only a new initialization shows it.
    if (fault.remedy().passesByItself() || fault.remedy() == Remedy.CONFIGURATION) {
      failures.incrementAndGet();
    } else {
      failures.set(0);
    }
  }

  private <T> T attempt(Function<Session, T> work, long endNanos) {
    Duration left = Duration.ofNanos(Math.max(1, endNanos - System.nanoTime()));
    return threads.run(
        left,
        () -> {
          // Under a call that hangs the library cannot be finalized, and waiting would hold up
          // others.
          if (threads.hung() == 0
              && failures.get() >= FAILURES_BEFORE_REINITIALIZE
              && failures.getAndSet(0) > 0) {
            reinitialize();
          }
          return library.loaded().with(functions -> onSession(functions, work, left));
        });
  }

  private void reinitialize() {
    try {
      library.loaded().reinitialize(library.loaded().generation());
    } catch (HsmFault.TimedOut e) {
      LOG.warn("the library is not initialized anew, since calls are in it: {}", e.getMessage());
    }
  }

  private <T> T onSession(Functions functions, Function<Session, T> work, Duration left) {
    Connection current = connection(functions, left);
    Session session;
    try {
      session = current.borrow(functions, left);
    } catch (HsmFault e) {
      lost(functions, current, e);
      throw e;
    }
    T result;
    try {
      result = work.apply(session);
    } catch (HsmFault e) {
      if (e.remedy() == Remedy.DATA || e.remedy() == Remedy.CONFIGURATION) {
        current.giveBack(session);
      } else if (e.remedy() == Remedy.RETRY) {
        current.renew(session);
      } else {
        current.drop(session);
        lost(functions, current, e);
      }
      throw e;
    } catch (RuntimeException | Error e) {
      current.drop(session);
      throw e;
    }
    current.giveBack(session);
    return result;
  }

  private void lost(Functions functions, Connection current, HsmFault fault) {
    if (fault.remedy() == Remedy.RETRY) {
      return;
    }
    if (Objects.equals(connection, current)) {
      connection = null;
    }
    if (fault.remedy() == Remedy.REINITIALIZE) {
      current.forget();
      library.loaded().noteLost();
    } else {
      current.discard(functions);
    }
  }

  private Connection connection(Functions functions, Duration left) {
    Connection current = usable();
    if (current != null) {
      return current;
    }
    if (!lockConnecting(left)) {
      throw new HsmFault.TimedOut("C_Login", left, "another call has been connecting all the time");
    }
    try {
      current = usable();
      if (current == null) {
        current = connect(functions);
        connection = current;
      }
      return current;
    } finally {
      connecting.unlock();
    }
  }

  private @Nullable Connection usable() {
    Connection current = connection;
    return current != null
            && !current.discarded()
            && current.generation() == library.loaded().generation()
        ? current
        : null;
  }

  private boolean lockConnecting(Duration left) {
    try {
      // Half, so that the caller hears of it from here and its thread is not left behind.
      return connecting.tryLock(left.toNanos() / 2, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Connection connect(Functions functions) {
    SlotChoice.Chosen chosen = choice.choose(Reader.slots(functions));
    warnOnce(chosen.warning());
    Slot slot = chosen.slot();
    TokenInfo token = slot.token().orElseThrow();
    int sessionsMax =
        (int) Math.min(threads.parallelMax(), token.sessionsMax().orElse(Integer.MAX_VALUE));
    Connection fresh =
        new Connection(
            slot,
            library.loaded().generation(),
            settings.readWriteSessions()
                || readWriteFromNowOn
                || profile(token)
                    .filter(p -> p.sessions() == VendorProfile.Sessions.READ_WRITE_ONLY)
                    .isPresent(),
            sessionsMax);
    Session first = fresh.borrow(functions, settings.callMax());
    try {
      login.perform(functions, slot, token, first.handle());
    } catch (RuntimeException e) {
      fresh.drop(first);
      throw e;
    }
    fresh.giveBack(first);
    LOG.info("connected to {}", slot.summary());
    return fresh;
  }

  private void warnOnce(String warning) {
    if (!warning.isEmpty() && !warning.equals(lastWarning)) {
      lastWarning = warning;
      LOG.warn("{}", warning);
    }
  }
}
