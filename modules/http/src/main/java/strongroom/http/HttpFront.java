package strongroom.http;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.logical.RequestHandler;

/** All listeners of a server: opened by {@link #start}, closed by {@link #close}. */
public final class HttpFront implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
  private static final int THREADS_MAX = 16;
  private static final int ACCEPT_QUEUE = 4096;
  private static final long STOP_MILLIS_MAX = 15_000;

  private final List<HttpSettings> listeners;
  private final RequestHandler handler;
  private final List<TlsContext> tls = new ArrayList<>();
  private @Nullable Server server;

  /** Will hand what comes in on {@code listeners} to {@code handler}. */
  public HttpFront(List<HttpSettings> listeners, RequestHandler handler) {
    this.listeners = List.copyOf(listeners);
    this.handler = handler;
  }

  /**
   * Opens all listeners.
   *
   * @throws HttpFault where one cannot be opened
   */
  public void start() {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, 4);
    threads.setName("http");
    Server made = new Server(threads);
    made.setErrorHandler(new JsonErrors());
    made.setStopTimeout(STOP_MILLIS_MAX);
    ByConnector byConnector = new ByConnector();
    for (HttpSettings listener : listeners) {
      AbstractConnector connector = connector(made, listener);
      connector.setIdleTimeout(listener.limits().idle().toMillis());
      made.addConnector(connector);
      HttpSettings.Forwarded forwarded =
          switch (listener) {
            case HttpSettings.Tcp tcp -> tcp.forwarded();
            case HttpSettings.Unix unix -> HttpSettings.Forwarded.NOBODY;
          };
      byConnector.add(connector, new DialectHandler(handler, listener.limits(), forwarded));
    }
    made.setHandler(byConnector);
    server = made;
    try {
      made.start();
      for (HttpSettings listener : listeners) {
        if (listener instanceof HttpSettings.Unix unix) {
          own(unix);
        }
      }
    } catch (Exception e) {
      close();
      throw new HttpFault("the listeners cannot be opened: " + deepest(e), e);
    }
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

  private AbstractConnector connector(Server made, HttpSettings listener) {
    return switch (listener) {
      case HttpSettings.Tcp tcp -> tcp(made, tcp);
      case HttpSettings.Unix unix -> {
        UnixDomainServerConnector connector =
            new UnixDomainServerConnector(
                made, 1, 1, new HttpConnectionFactory(configuration(unix.limits())));
        deleteStale(unix.path());
        connector.setUnixDomainPath(unix.path());
        yield connector;
      }
    };
  }

  private ServerConnector tcp(Server made, HttpSettings.Tcp settings) {
    HttpConfiguration configuration = configuration(settings.limits());
    ServerConnector connector;
    if (settings.tls().isPresent()) {
      SecureRequestCustomizer secure = new SecureRequestCustomizer();
      secure.setSniHostCheck(false);
      configuration.addCustomizer(secure);
      TlsContext context = new TlsContext(settings.tls().get());
      tls.add(context);
      connector =
          new ServerConnector(
              made,
              1,
              1,
              new SslConnectionFactory(context.factory(), "http/1.1"),
              new HttpConnectionFactory(configuration));
    } else {
      connector = new ServerConnector(made, 1, 1, new HttpConnectionFactory(configuration));
    }
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    return connector;
  }

  private static HttpConfiguration configuration(HttpSettings.Limits limits) {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(true);
    configuration.setRequestHeaderSize(limits.headerBytesMax());
    configuration.setHttpCompliance(HttpCompliance.RFC9110);
    // The dialect decodes the path itself, once, and refuses what could be read in two ways.
    configuration.setUriCompliance(UriCompliance.UNSAFE);
    configuration.setIdleTimeout(limits.idle().toMillis());
    configuration.setRelativeRedirectAllowed(true);
    return configuration;
  }

  private static void deleteStale(Path socket) {
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new HttpFault(socket + " is in the way and cannot be removed: " + e.getMessage(), e);
    }
  }

  private static void own(HttpSettings.Unix unix) throws IOException {
    if (!unix.mode().isEmpty()) {
      Files.setPosixFilePermissions(unix.path(), permissions(unix.mode()));
    }
    UserPrincipalLookupService names = unix.path().getFileSystem().getUserPrincipalLookupService();
    if (!unix.user().isEmpty()) {
      Files.setOwner(unix.path(), names.lookupPrincipalByName(unix.user()));
    }
    if (!unix.group().isEmpty()) {
      Files.setAttribute(
          unix.path(), "posix:group", names.lookupPrincipalByGroupName(unix.group()));
    }
  }

  private static Set<PosixFilePermission> permissions(String octal) {
    int mode;
    try {
      mode = Integer.parseInt(octal, 8);
    } catch (NumberFormatException e) {
      throw new HttpFault("socket_mode is octal, such as 600; given was " + octal, e);
    }
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = {
      PosixFilePermission.OTHERS_EXECUTE,
      PosixFilePermission.OTHERS_WRITE,
      PosixFilePermission.OTHERS_READ,
      PosixFilePermission.GROUP_EXECUTE,
      PosixFilePermission.GROUP_WRITE,
      PosixFilePermission.GROUP_READ,
      PosixFilePermission.OWNER_EXECUTE,
      PosixFilePermission.OWNER_WRITE,
      PosixFilePermission.OWNER_READ
    };
    for (int bit = 0; bit < all.length; bit++) {
      if ((mode & 1 << bit) != 0) {
        permissions.add(all[bit]);
      }
    }
    return permissions;
  }

  /**
   * Reads certificates and key as a listener would.
   *
   * @throws HttpFault that says what is wrong with which file
   */
  public static void checkCertificates(HttpSettings.Tls tls) {
    var _ = new TlsContext(tls);
  }

  /** Where the listeners are, in the order of their settings. */
  public List<URI> addresses() {
    Server running = server;
    if (running == null) {
      return List.of();
    }
    List<URI> addresses = new ArrayList<>();
    for (int i = 0; i < listeners.size(); i++) {
      Connector connector = running.getConnectors()[i];
      addresses.add(
          switch (listeners.get(i)) {
            case HttpSettings.Tcp tcp ->
                URI.create(
                    (tcp.tls().isPresent() ? "https://" : "http://")
                        + (tcp.host().indexOf(':') >= 0 ? "[" + tcp.host() + "]" : tcp.host())
                        + ":"
                        + ((ServerConnector) connector).getLocalPort());
            case HttpSettings.Unix unix -> URI.create("unix://" + unix.path().toAbsolutePath());
          });
    }
    return addresses;
  }

  /**
   * Reads all certificates again. Open connections stay; a certificate that cannot be used is told
   * of, and the one before stays in force.
   */
  public void reloadCertificates() {
    for (TlsContext context : tls) {
      try {
        context.reload();
      } catch (HttpFault e) {
        LOG.error("a listener keeps the certificate it has: {}", e.getMessage());
      }
    }
  }

  /** Accepts nothing more, lets requests under way end for a bounded time, and closes. */
  @Override
  public void close() {
    Server running = server;
    server = null;
    if (running == null) {
      return;
    }
    try {
      running.stop();
    } catch (Exception e) {
      LOG.warn("the listeners did not close in order: {}", e.getMessage());
    }
  }

  /** Hands a request to the handler of the listener that it came in by. */
  private static final class ByConnector extends Handler.Abstract.NonBlocking {
    private final List<Connector> connectors = new ArrayList<>();
    private final List<DialectHandler> handlers = new ArrayList<>();

    void add(Connector connector, DialectHandler dialect) {
      connectors.add(connector);
      handlers.add(dialect);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      int index = connectors.indexOf(request.getConnectionMetaData().getConnector());
      return handlers.get(index).handle(request, response, callback);
    }

    @Override
    public Invocable.InvocationType getInvocationType() {
      return Invocable.InvocationType.NON_BLOCKING;
    }
  }
}
