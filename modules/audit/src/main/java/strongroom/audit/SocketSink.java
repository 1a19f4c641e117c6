package strongroom.audit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a TCP, UDP or Unix socket. A stream whose other end has gone is noticed before a write
 * and connected again.
 */
final class SocketSink implements Sink {
  private final Kind kind;
  private final String address;
  private final int timeoutMillis;

  /** Written by the device's thread, closed by any. */
  private volatile @Nullable WritableByteChannel channel;

  /** What {@code socket_type} says. */
  enum Kind {
    TCP,
    UDP,
    UNIX
  }

  /**
   * @param address {@code host:port}, or the path of a Unix socket
   */
  SocketSink(Kind kind, String address, Duration timeout) {
    this.kind = kind;
    this.address = address;
    timeoutMillis = Math.toIntExact(Math.min(timeout.toMillis(), Integer.MAX_VALUE));
  }

  @Override
  public void open() throws IOException {
    close();
    SocketAddress to = kind == Kind.UNIX ? UnixDomainSocketAddress.of(address) : host();
    if (kind == Kind.UDP) {
      DatagramChannel datagrams = DatagramChannel.open();
      channel = datagrams;
      datagrams.connect(to);
      return;
    }
    SocketChannel stream =
        kind == Kind.UNIX ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
    // Before it is connected, so that abort() ends a connect that hangs.
    channel = stream;
    if (kind == Kind.TCP) {
      stream.socket().connect(to, timeoutMillis);
    } else {
      stream.connect(to);
    }
  }

  private InetSocketAddress host() throws IOException {
    int colon = address.lastIndexOf(':');
    String name = address.substring(0, colon).replaceAll("^\\[|\\]$", "");
    InetSocketAddress to =
        new InetSocketAddress(name, Integer.parseInt(address.substring(colon + 1)));
    if (to.isUnresolved()) {
      throw new IOException("the host of the address is not known");
    }
    return to;
  }

  @Override
  public void write(List<byte[]> lines) throws IOException {
    WritableByteChannel open = channel;
    if (open == null || !open.isOpen() || gone(open)) {
      open();
      open = channel;
    }
    if (open == null) {
      throw new IOException("the socket is closed");
    }
    for (byte[] line : lines) {
      ByteBuffer bytes = ByteBuffer.wrap(line);
      while (bytes.hasRemaining()) {
        open.write(bytes);
      }
    }
  }

  /** Whether the other end has closed: a write would succeed all the same and be lost. */
  private static boolean gone(WritableByteChannel open) {
    if (!(open instanceof SocketChannel stream)) {
      return false;
    }
    try {
      stream.configureBlocking(false);
      try {
        ByteBuffer answer = ByteBuffer.allocate(512);
        int read = stream.read(answer);
        while (read > 0) {
          answer.clear();
          read = stream.read(answer);
        }
        return read < 0;
      } finally {
        stream.configureBlocking(true);
      }
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void abort() {
    try {
      close();
    } catch (IOException e) {
      // It is given up; the next write connects anew.
      channel = null;
    }
  }

  @Override
  public void close() throws IOException {
    WritableByteChannel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }
}
