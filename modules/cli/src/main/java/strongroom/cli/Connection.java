package strongroom.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A connection for one request: TCP, TLS over it, or a Unix socket. One request is all a command
 * usually sends, so none is kept.
 */
final class Connection implements Closeable {
  private final Closeable socket;
  private final InputStream in;
  private final OutputStream out;

  private Connection(Closeable socket, InputStream in, OutputStream out) {
    this.socket = socket;
    this.in = new BufferedInputStream(in);
    this.out = new BufferedOutputStream(out);
  }

  InputStream in() {
    return in;
  }

  OutputStream out() {
    return out;
  }

  /** Connects to {@code address}; neither connecting nor a read takes longer than {@code wait}. */
  static Connection open(
      Address address, TlsSettings tls, Optional<ProxySettings> proxy, Duration wait)
      throws IOException {
    return address.unix() ? unix(address, wait) : tcp(address, tls, proxy, wait);
  }

  private static Connection tcp(
      Address address, TlsSettings tls, Optional<ProxySettings> proxy, Duration wait)
      throws IOException {
    int waitMillis = (int) Math.min(Integer.MAX_VALUE, wait.toMillis());
    Socket plain = new Socket();
    try {
      String host = proxy.isPresent() ? proxy.get().host() : address.host();
      int port = proxy.isPresent() ? proxy.get().port() : address.port();
      plain.setTcpNoDelay(true);
      plain.connect(new InetSocketAddress(host, port), waitMillis);
      plain.setSoTimeout(waitMillis);
      if (!address.tls()) {
        return new Connection(plain, plain.getInputStream(), plain.getOutputStream());
      }
      if (proxy.isPresent()) {
        proxy.get().tunnel(plain, address);
      }
      String name = tls.serverName().orElse(address.host());
      SSLSocket secure =
          (SSLSocket) tls.context().getSocketFactory().createSocket(plain, name, port, true);
      if (!tls.skipVerify()) {
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
      }
      secure.startHandshake();
      return new Connection(secure, secure.getInputStream(), secure.getOutputStream());
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  private static Connection unix(Address address, Duration wait) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(address.path()));
      // Reads of a channel know no deadline, so somebody else closes it in time.
      Thread guard =
          Thread.ofPlatform()
              .daemon()
              .name("request-deadline")
              .unstarted(() -> closeAfter(channel, wait));
      guard.start();
      return new Connection(
          () -> {
            guard.interrupt();
            channel.close();
          },
          new Deadlined(Channels.newInputStream(channel)),
          Channels.newOutputStream(channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void closeAfter(SocketChannel channel, Duration wait) {
    try {
      Thread.sleep(wait);
      channel.close();
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells a read cut off by the deadline from other faults. */
  private static final class Deadlined extends InputStream {
    private final InputStream in;

    Deadlined(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return in.read(bytes, offset, length);
      } catch (java.nio.channels.ClosedChannelException e) {
        throw new SocketTimeoutException("no answer in time");
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
