package strongroom.hsm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A logged-in use of one HSM token, from its login to the first sign that it is gone. It owns the
 * idle sessions and the handles of keys, which are worth nothing after it.
 */
final class Connection {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private final Slot slot;
  private final long generation;
  private final long sessionFlags;
  private final AtomicInteger sessionsMax;
  private final AtomicInteger opened = new AtomicInteger();
  private final LinkedBlockingDeque<Long> idle = new LinkedBlockingDeque<>();
  private final Map<KeySearch, Long> handles = new ConcurrentHashMap<>();
  private volatile @Nullable List<MechanismInfo> mechanisms;
  private volatile boolean discarded;

  /** One that will hold {@code sessionsMax} sessions at most. */
  Connection(Slot slot, long generation, boolean readWrite, int sessionsMax) {
    this.slot = slot;
    this.generation = generation;
    sessionFlags = Ck.CKF_SERIAL_SESSION | (readWrite ? Ck.CKF_RW_SESSION : 0);
    this.sessionsMax = new AtomicInteger(sessionsMax);
  }

  Slot slot() {
    return slot;
  }

  /** The initialization of the library that it was made in. */
  long generation() {
    return generation;
  }

  /** Whether its sessions may change what the token holds. */
  boolean readWrite() {
    return (sessionFlags & Ck.CKF_RW_SESSION) != 0;
  }

  boolean discarded() {
    return discarded;
  }

  /** An idle session, a new one, or the next to come free within {@code wait}. */
  Session borrow(Functions functions, Duration wait) {
    Long handle = idle.pollFirst();
    if (handle == null && opened.incrementAndGet() <= sessionsMax.get()) {
      handle = openCounted(functions);
    } else if (handle == null) {
      opened.decrementAndGet();
    }
    if (handle == null) {
      handle = await(wait);
    }
    return new Session(functions, this, handle);
  }

  private @Nullable Long openCounted(Functions functions) {
    try {
      return open(functions, sessionFlags);
    } catch (HsmFault.Rejected e) {
      int others = opened.decrementAndGet();
      if (e.is(Ckr.SESSION_COUNT) && others > 0) {
        // Somebody else uses the token's sessions too: do with those that are open.
        sessionsMax.set(others);
        return null;
      }
      if (!e.is(Ckr.SESSION_COUNT)) {
        throw e;
      }
      return openAfterTheLost(functions);
    }
  }

  /** A session that the HSM failed to close counts on; what this process has of them is ended. */
  private long openAfterTheLost(Functions functions) {
    functions.closeAllSessions(slot.id());
    long handle = open(functions, sessionFlags);
    opened.incrementAndGet();
    return handle;
  }

  private long await(Duration wait) {
    try {
      Long handle = idle.pollFirst(wait.toNanos(), TimeUnit.NANOSECONDS);
      if (handle != null) {
        return handle;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new HsmFault.TimedOut(
        "C_OpenSession", wait, "all " + sessionsMax.get() + " sessions of the token are in use");
  }

  /** Opens a session beside the pool. */
  long open(Functions functions, long flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(JAVA_LONG);
      functions.openSession(slot.id(), flags, handle);
      return handle.get(JAVA_LONG, 0);
    }
  }

  /** Takes a session back that is fit for more. */
  void giveBack(Session session) {
    if (discarded) {
      closeQuietly(session.functions(), session.handle());
    } else {
      idle.addFirst(session.handle());
    }
  }

  /** Closes a session that may be unfit. The login ends with the last session, and so does this. */
  void drop(Session session) {
    if (opened.decrementAndGet() == 0) {
      discarded = true;
      handles.clear();
    }
    closeQuietly(session.functions(), session.handle());
  }

  /** Puts a new session in the place of one that may be unfit, so that the login does not end. */
  void renew(Session session) {
    if (opened.get() == 1 && !discarded) {
      try {
        long fresh = open(session.functions(), sessionFlags);
        closeQuietly(session.functions(), session.handle());
        idle.addFirst(fresh);
        return;
      } catch (HsmFault.Rejected e) {
        // No room or no luck: the next call opens one, and logs in.
        LOG.debug("the only session is not renewed: {}", e.getMessage());
      }
    }
    drop(session);
  }

  /** Ends it: idle sessions are closed now, those in use when they come back. */
  void discard(Functions functions) {
    discarded = true;
    handles.clear();
    for (Long handle = idle.pollFirst(); handle != null; handle = idle.pollFirst()) {
      closeQuietly(functions, handle);
    }
  }

  /** Ends it without a call to the library, whose state is gone or which may hang. */
  void forget() {
    discarded = true;
    handles.clear();
    idle.clear();
  }

  static void closeQuietly(Functions functions, long handle) {
    try {
      functions.closeSession(handle);
    } catch (HsmFault.Rejected e) {
      // What is closed here is mostly gone already, and says so.
      return;
    }
  }

  HsmSessions sessions() {
    return discarded ? HsmSessions.NONE : new HsmSessions(opened.get(), idle.size());
  }

  Map<KeySearch, Long> handles() {
    return handles;
  }

  List<MechanismInfo> mechanisms(Functions functions) {
    List<MechanismInfo> known = mechanisms;
    if (known == null) {
      known = Reader.mechanisms(functions, slot.id(), Mechanism.USED::contains);
      mechanisms = known;
    }
    return known;
  }
}
