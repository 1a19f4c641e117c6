package strongroom.http;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All open connections of a listener. Sweeps over them twice a second, which costs less than a
 * timer each, and closes those that take too long; with too many, those idle longest.
 */
final class Peers implements Connection.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
  private static final long SWEEP_MILLIS = 500;

  /** How much below the limit the number is brought at once, so that it is not done each time. */
  private static final int ROOM_FRACTION = 16;

  private final HttpSettings.Limits limits;
  private final Scheduler scheduler;
  private final Set<Peer> open = ConcurrentHashMap.newKeySet();
  private final LongAdder count = new LongAdder();
  private final AtomicBoolean crowded = new AtomicBoolean();
  private volatile boolean running;

  Peers(HttpSettings.Limits limits, Scheduler scheduler) {
    this.limits = limits;
    this.scheduler = scheduler;
  }

  void start() {
    running = true;
    again();
  }

  void stop() {
    running = false;
  }

  int count() {
    return open.size();
  }

  /** How many requests are being served. */
  long serving() {
    return open.stream().filter(Peer::serving).count();
  }

  @Override
  public void onOpened(Connection connection) {
    // TLS opens one connection around the other; HTTP's own is the one that counts.
    if (!(connection instanceof ConnectionMetaData http)) {
      return;
    }
    Peer peer = new Peer(connection, limits.times(), System.nanoTime());
    http.setAttribute(Peer.ATTRIBUTE, peer);
    open.add(peer);
    count.increment();
    if (count.sum() > limits.connectionsMax() && crowded.compareAndSet(false, true)) {
      scheduler.schedule(this::makeRoom, 0, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void onClosed(Connection connection) {
    if (connection instanceof ConnectionMetaData http
        && http.getAttribute(Peer.ATTRIBUTE) instanceof Peer peer
        && open.remove(peer)) {
      count.decrement();
    }
  }

  private void again() {
    if (running) {
      scheduler.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void sweep() {
    try {
      long now = System.nanoTime();
      for (Peer peer : open) {
        peer.sweep(now);
      }
    } catch (RuntimeException e) {
      LOG.error("slow connections could not be looked for", e);
    } finally {
      again();
    }
  }

  private void makeRoom() {
    crowded.set(false);
    int target = limits.connectionsMax() - limits.connectionsMax() / ROOM_FRACTION;
    List<Peer> idle =
        open.stream()
            .filter(peer -> !peer.serving())
            .sorted((one, other) -> Long.signum(one.movedAt() - other.movedAt()))
            .limit(Math.max(0, open.size() - target))
            .toList();
    LOG.warn(
        "{} connections are open, {} are allowed: closing the {} that have been idle longest",
        open.size(),
        limits.connectionsMax(),
        idle.size());
    idle.forEach(peer -> peer.close("too many connections"));
  }
}
