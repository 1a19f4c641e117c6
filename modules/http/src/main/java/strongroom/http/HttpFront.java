package strongroom.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.logical.RequestHandler;

/**
 * All listeners of a server: opened by {@link #start}, closed by {@link #close}.
 *
 * <p>Started, stopped and reloaded by one thread at a time.
 */
public final class HttpFront implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);

  /**
   * Threads that serve, beside those that accept and select. They never wait, so more of them than
   * processors only cost changes from one to the other.
   */
  private static final int THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

  private static final int SELECTORS_MAX = 8;

  /** How long requests under way may take to end. */
  private static final long STOP_SECONDS_MAX = 15;

  private static final long STOP_POLL_MILLIS = 10;

  /** How much memory is kept, of each kind, for buffers that are not in use. */
  private static final long POOL_BYTES_MAX = 16L * 1024 * 1024;

  private static final int POOLED_BUFFER_BYTES_MAX = 64 * 1024;

  /** The part of the heap that bodies under way may take together. */
  private static final int BODY_HEAP_FRACTION = 8;

  /** Files that are left for all else when connections take theirs. */
  private static final int FILES_RESERVED = 512;

  /** With room for fewer connections the operator is warned. */
  private static final int CONNECTIONS_EXPECTED = 12_000;

  private final List<HttpSettings> settings;
  private final RequestHandler handler;
  private final LongAdder underWay = new LongAdder();
  private final List<Listener> listeners = new ArrayList<>();
  private @Nullable Server server;

  /** Will hand what comes in on {@code listeners} to {@code handler}. */
  public HttpFront(List<HttpSettings> listeners, RequestHandler handler) {
    this.settings = List.copyOf(listeners);
    this.handler = handler;
  }

  /**
   * Opens all listeners.
   *
   * @throws HttpFault where one cannot be opened; then none is
   */
  public void start() {
    Server made = server();
    server = made;
    try {
      BodyBudget budget = new BodyBudget(bodyBytesMax());
      for (HttpSettings listener : settings) {
        Listener added =
            new Listener(made, bounded(listener), selectors(), handler, budget, underWay);
        listeners.add(added);
        made.addConnector(added.connector());
      }
      made.setHandler(new ByListener(listeners));
      made.start();
      listeners.forEach(Listener::opened);
      listeners.forEach(HttpFront::warnOfDates);
    } catch (HttpFault e) {
      close();
      throw e;
    } catch (Exception e) {
      close();
      throw new HttpFault("the listeners cannot be opened: " + deepest(e), e);
    }
  }

  private static void warnOfDates(Listener listener) {
    listener
        .tls()
        .flatMap(tls -> tls.outdated(Instant.now()))
        .ifPresent(
            reason -> LOG.warn("{}: {}: clients will refuse it", listener.address(), reason));
  }

  private Server server() {
    int listenerThreads = settings.size() * (1 + selectors());
    QueuedThreadPool threads = new QueuedThreadPool(THREADS + listenerThreads, 4);
    threads.setName("http");
    Server made =
        new Server(
            threads,
            new ScheduledExecutorScheduler("http-times", true),
            new ArrayByteBufferPool(
                0, -1, POOLED_BUFFER_BYTES_MAX, -1, POOL_BYTES_MAX, POOL_BYTES_MAX));
    made.setErrorHandler(new JsonErrors());
    made.setStopTimeout(0);
    return made;
  }

  private static int selectors() {
    return Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, SELECTORS_MAX);
  }

  /** A body of the largest size allowed must always be possible, if only one at a time. */
  private long bodyBytesMax() {
    long largest =
        settings.stream().mapToLong(each -> each.limits().requestBodyBytesMax()).max().orElse(0);
    return Math.max(largest, Runtime.getRuntime().maxMemory() / BODY_HEAP_FRACTION);
  }

  /** With no more connections than the process may have files. */
  private static HttpSettings bounded(HttpSettings listener) {
    HttpSettings.Limits limits = listener.limits();
    int files = filesMax();
    int connections = Math.min(limits.connectionsMax(), Math.max(64, files - FILES_RESERVED));
    if (connections < CONNECTIONS_EXPECTED) {
      LOG.warn(
          "this process may have {} files open, which leaves {} connections a listener: raise the"
              + " limit (ulimit -Hn, LimitNOFILE=) to 20000 or more",
          files,
          connections);
    }
    HttpSettings.Limits bounded =
        new HttpSettings.Limits(
            limits.requestBodyBytesMax(),
            limits.requestDuration(),
            limits.times(),
            limits.headerBytesMax(),
            connections,
            limits.requireRequestHeader(),
            limits.customHeaders(),
            limits.json(),
            limits.redaction(),
            limits.open());
    return switch (listener) {
      case HttpSettings.Tcp tcp ->
          new HttpSettings.Tcp(tcp.host(), tcp.port(), tcp.tls(), tcp.forwarded(), bounded);
      case HttpSettings.Unix unix ->
          new HttpSettings.Unix(unix.path(), unix.mode(), unix.user(), unix.group(), bounded);
    };
  }

  /** How many files this process may have open, by Linux; elsewhere, many. */
  private static int filesMax() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
        if (line.startsWith("Max open files")) {
          return (int) Math.min(Long.parseLong(line.split(" +", -1)[3]), Integer.MAX_VALUE);
        }
      }
    } catch (IOException | NumberFormatException e) {
      LOG.debug("how many files may be open is not told", e);
    }
    return Integer.MAX_VALUE;
  }

  private static String deepest(Throwable failure) {
    Throwable cause = failure;
    String message = String.valueOf(failure.getMessage());
    while (cause.getCause() != null) {
      cause = cause.getCause();
      if (cause.getMessage() != null && !message.contains(cause.getMessage())) {
        message = message + ": " + cause.getMessage();
      }
    }
    return message;
  }

  /**
   * Reads certificates and key as a listener would, and tries them out, without opening anything.
   *
   * @throws HttpFault that says what is wrong with which file, or that a certificate is not valid
   *     now
   */
  public static void checkCertificates(HttpSettings.Tls tls) {
    TlsContext context = new TlsContext(tls);
    context.check();
    context
        .outdated(Instant.now())
        .ifPresent(
            reason -> {
              throw new HttpFault(reason, null);
            });
  }

  /** Where the listeners are, in the order of their settings. */
  public List<URI> addresses() {
    return listeners.stream().map(Listener::address).toList();
  }

  /** How many connections are open, on all listeners. */
  public int connections() {
    return listeners.stream().mapToInt(listener -> listener.peers().count()).sum();
  }

  /**
   * Reads all certificates again. Open connections stay; where a certificate cannot be used, the
   * one before stays in force.
   *
   * @return why certificates were not taken, one line each; empty where all were
   */
  public List<String> reloadCertificates() {
    List<String> reasons = new ArrayList<>();
    for (Listener listener : listeners) {
      listener
          .tls()
          .ifPresent(
              tls -> {
                try {
                  tls.reload();
                  warnOfDates(listener);
                } catch (HttpFault e) {
                  LOG.error(
                      "{} keeps the certificate it has: {}", listener.address(), e.getMessage());
                  reasons.add(String.valueOf(e.getMessage()));
                }
              });
    }
    return List.copyOf(reasons);
  }

  /** Accepts nothing more, lets requests under way end for a bounded time, and closes. */
  @Override
  public void close() {
    Server running = server;
    server = null;
    if (running == null) {
      return;
    }
    if (running.isStarted()) {
      listeners.forEach(Listener::stopAccepting);
      awaitRequests();
    }
    listeners.forEach(Listener::stopSweeping);
    listeners.clear();
    try {
      running.stop();
    } catch (Exception e) {
      LOG.warn("the listeners did not close in order: {}", e.getMessage());
    }
  }

  private void awaitRequests() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS_MAX);
    while (underWay.sum() > 0) {
      if (System.nanoTime() - end > 0) {
        LOG.warn("{} requests were still under way and are cut off", underWay.sum());
        return;
      }
      try {
        Thread.sleep(STOP_POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
