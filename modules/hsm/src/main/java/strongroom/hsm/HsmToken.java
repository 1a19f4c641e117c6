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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.secret.SecretBytes;

/**
 * An HSM token in use: finds its slot, logs in once, and keeps sessions for the calls. Connects
 * with the first call. When a session, the login or the device is lost, it connects anew and tries
 * once more; after several failures in a row it initializes the library anew. Every call ends
 * within {@link TokenSettings#callMax} by result or by {@link HsmFault}.
 *
 * <p>It never logs out, since that ends the login of all sessions of the process. Safe for several
 * threads.
 */
public final class HsmToken implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HsmToken.class);

  /** After so many failed calls in a row the library is initialized anew. */
  private static final int FAILURES_BEFORE_REINITIALIZE = 3;

  private final HsmLibrary library;
  private final SlotChoice choice;
  private final TokenSettings settings;
  private final CallThreads threads;
  private final AtomicInteger failures = new AtomicInteger();

  /** Held by the one call thread that connects, which holds the library's lock shared already. */
  private final ReentrantLock connecting = new ReentrantLock();

  private final Login login; // used by the holder of connecting
  private volatile @Nullable Connection connection;
  private volatile String lastWarning = "";

  /** Connects with the first call. {@code library} stays the caller's to close, after this. */
  public HsmToken(HsmLibrary library, SlotChoice choice, PinSource pins, TokenSettings settings) {
    this.library = library;
    this.choice = choice;
    this.settings = settings;
    login = new Login(pins, settings.mayUseFinalTry());
    threads =
        new CallThreads(
            "hsm-call", settings.sessionsMax().orElse(TokenSettings.SESSIONS_MAX_DEFAULT));
  }

  /** The slot it is connected to; connects where it is not. */
  public Slot slot() {
    return call(session -> session.connection().slot());
  }

  /** What the HSM token offers. */
  public List<MechanismInfo> mechanisms() {
    return call(session -> session.connection().mechanisms(session.functions()));
  }

  /** What it offers of {@code mechanism}; empty where it does not have it. */
  public Optional<MechanismInfo> mechanism(Mechanism mechanism) {
    return mechanisms().stream().filter(m -> m.mechanism().equals(mechanism)).findFirst();
  }

  /** The keys that fit {@code search}. */
  public List<HsmKey> keys(KeySearch search) {
    return call(session -> new KeyObjects(session).find(search));
  }

  /**
   * Makes a key and reads back that it is sensitive, not extractable and of the right size.
   *
   * @return the key; of a pair, the private half
   * @throws HsmFault.Unsound where the HSM made something less safe, which is destroyed again
   */
  public HsmKey generate(NewKey wanted) {
    return callReadWrite(session -> new KeyMaker(session).make(wanted));
  }

  /** Destroys the key object. */
  public void destroy(HsmKey key) {
    callReadWrite(
        session -> {
          session.functions().destroyObject(session.handle(), new KeyObjects(session).handle(key));
          session.connection().handles().remove(key.search());
          return true;
        });
  }

  /** Encrypts; the result carries the IV that was used. */
  public Encrypted encrypt(HsmKey key, CipherMode mode, SecretBytes plaintext) {
    return withKey(key, (ciphers, handle) -> ciphers.encrypt(handle, mode, plaintext));
  }

  /** Decrypts; the caller closes the result. */
  public SecretBytes decrypt(HsmKey key, CipherMode mode, byte[] ciphertext) {
    return withKey(key, (ciphers, handle) -> ciphers.decrypt(handle, mode, ciphertext));
  }

  /** Signs {@code data} by a mechanism without a parameter, such as an HMAC. */
  public byte[] sign(HsmKey key, Mechanism mechanism, byte[] data) {
    return withKey(key, (ciphers, handle) -> ciphers.sign(handle, mechanism, data));
  }

  /** Whether {@code signature} is {@code key}'s for {@code data}. */
  public boolean verify(HsmKey key, Mechanism mechanism, byte[] data, byte[] signature) {
    return withKey(key, (ciphers, handle) -> ciphers.verify(handle, mechanism, data, signature));
  }

  /**
   * Wraps {@code secret} by AES key wrap with padding (RFC 5649). Give it a multiple of 8 bytes:
   * SoftHSM does not take the padding off again.
   */
  public byte[] wrap(HsmKey key, Mechanism mechanism, SecretBytes secret) {
    return withKey(key, (ciphers, handle) -> ciphers.wrap(handle, mechanism, secret));
  }

  /** Unwraps what {@link #wrap} made; the caller closes the result. */
  public SecretBytes unwrap(HsmKey key, Mechanism mechanism, byte[] wrapped) {
    return withKey(key, (ciphers, handle) -> ciphers.unwrap(handle, mechanism, wrapped));
  }

  /** Random bytes of the HSM. */
  public byte[] random(int length) {
    return call(session -> new Ciphers(session).random(length));
  }

  /** The public half of an RSA pair, read from the HSM, for encrypting outside it. */
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

  /** How many calls missed their deadline and hang in the library still. */
  public int hungCalls() {
    return threads.hung();
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
          Functions functions = session.functions();
          long handle =
              session.connection().open(functions, Ck.CKF_SERIAL_SESSION | Ck.CKF_RW_SESSION);
          try {
            return work.apply(new Session(functions, session.connection(), handle));
          } finally {
            Connection.closeQuietly(functions, handle);
          }
        });
  }

  /** Runs {@code work}; once more on a new connection where the fault says that this may help. */
  <T> T call(Function<Session, T> work) {
    long end = System.nanoTime() + settings.callMax().toNanos();
    try {
      T result = attempt(work, end);
      failures.set(0);
      return result;
    } catch (HsmFault first) {
      if (!first.remedy().reconnects()) {
        failed(first);
        throw first;
      }
      try {
        T result = attempt(work, end);
        failures.set(0);
        LOG.info("the HSM works again on a new session, after {}", first.getMessage());
        return result;
      } catch (HsmFault second) {
        second.addSuppressed(first);
        failed(second);
        throw second;
      }
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
            slot, library.loaded().generation(), settings.readWriteSessions(), sessionsMax);
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
