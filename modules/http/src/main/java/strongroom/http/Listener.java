package strongroom.http;

import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import strongroom.logical.RequestHandler;

/** One listener, made but not opened: its connector, and who answers what comes in by it. */
final class Listener {
  /** How many connections the system holds until they are accepted. */
  private static final int ACCEPT_QUEUE = 4096;

  private static final int ACCEPTORS = 1;

  private final HttpSettings settings;
  private final Optional<TlsContext> tls;
  private final AbstractConnector connector;
  private final DialectHandler handler;
  private final Peers peers;

  Listener(
      Server server,
      HttpSettings settings,
      int selectors,
      RequestHandler requests,
      BodyBudget budget,
      LongAdder underWay) {
    this.settings = settings;
    HttpSettings.Limits limits = settings.limits();
    peers = new Peers(limits, server.getScheduler());
    HttpConfiguration configuration = configuration(limits);
    switch (settings) {
      case HttpSettings.Tcp tcp -> {
        tls = tcp.tls().map(TlsContext::new);
        connector = tcp(server, tcp, tls, selectors, configuration);
        handler = new DialectHandler(requests, limits, tcp.forwarded(), budget, underWay);
      }
      case HttpSettings.Unix unix -> {
        tls = Optional.empty();
        new UnixSocketFile(unix).makeWay();
        UnixDomainServerConnector made =
            new UnixDomainServerConnector(
                server, ACCEPTORS, selectors, new HttpConnectionFactory(configuration));
        made.setUnixDomainPath(unix.path());
        connector = made;
        handler =
            new DialectHandler(requests, limits, HttpSettings.Forwarded.NOBODY, budget, underWay);
      }
    }
    connector.setIdleTimeout(limits.times().idle().toMillis());
    connector.addBean(peers);
  }

  private static AbstractConnector tcp(
      Server server,
      HttpSettings.Tcp settings,
      Optional<TlsContext> tls,
      int selectors,
      HttpConfiguration configuration) {
    ServerConnector connector;
    if (tls.isPresent()) {
      SecureRequestCustomizer secure = new SecureRequestCustomizer();
      secure.setSniHostCheck(false);
      configuration.addCustomizer(secure);
      connector =
          new ServerConnector(
              server,
              ACCEPTORS,
              selectors,
              new SslConnectionFactory(tls.get().factory(), "http/1.1"),
              new HttpConnectionFactory(configuration));
    } else {
      connector =
          new ServerConnector(
              server, ACCEPTORS, selectors, new HttpConnectionFactory(configuration));
    }
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    connector.setAcceptedTcpNoDelay(true);
    return connector;
  }

  private static HttpConfiguration configuration(HttpSettings.Limits limits) {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(true);
    configuration.setRequestHeaderSize(limits.headerBytesMax());
    configuration.setHttpCompliance(HttpCompliance.STRICT);
    // The dialect decodes the path itself, once, and refuses what could be read in two ways.
    configuration.setUriCompliance(UriCompliance.UNSAFE);
    configuration.setIdleTimeout(limits.times().idle().toMillis());
    // What a client sends without being asked is thrown away up to this many reads.
    configuration.setMaxUnconsumedRequestContentReads(64);
    return configuration;
  }

  AbstractConnector connector() {
    return connector;
  }

  DialectHandler handler() {
    return handler;
  }

  Optional<TlsContext> tls() {
    return tls;
  }

  Peers peers() {
    return peers;
  }

  /** What is to be done once the connector is open. */
  void opened() {
    if (settings instanceof HttpSettings.Unix unix) {
      new UnixSocketFile(unix).own();
    }
    peers.start();
  }

  /** Accepts no connection any more; those that are open stay. */
  void stopAccepting() {
    connector.setAccepting(false);
    if (connector instanceof ServerConnector tcp) {
      tcp.close();
    }
    if (settings instanceof HttpSettings.Unix unix) {
      new UnixSocketFile(unix).remove();
    }
  }

  void stopSweeping() {
    peers.stop();
  }

  /** Where it is, once open. */
  URI address() {
    return switch (settings) {
      case HttpSettings.Tcp tcp -> {
        String host = tcp.host().isEmpty() ? "0.0.0.0" : tcp.host();
        int port = connector instanceof ServerConnector open ? open.getLocalPort() : tcp.port();
        yield URI.create(
            (tls.isPresent() ? "https://" : "http://")
                + (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
                + ":"
                + port);
      }
      case HttpSettings.Unix unix -> URI.create("unix://" + unix.path().toAbsolutePath());
    };
  }
}
