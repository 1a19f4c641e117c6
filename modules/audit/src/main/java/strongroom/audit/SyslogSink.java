package strongroom.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the system's log (RFC 3164, severity "info"): to the first of the usual datagram
 * sockets that is there, or by UDP to {@code address}.
 */
final class SyslogSink implements Sink {
  static final List<Path> SOCKETS =
      List.of(Path.of("/dev/log"), Path.of("/var/run/syslog"), Path.of("/var/run/log"));

  private static final int INFO = 6;
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());
  private static final String[] FACILITIES = {
    "KERN",
    "USER",
    "MAIL",
    "DAEMON",
    "AUTH",
    "SYSLOG",
    "LPR",
    "NEWS",
    "UUCP",
    "CRON",
    "AUTHPRIV",
    "FTP",
    "",
    "",
    "",
    "",
    "LOCAL0",
    "LOCAL1",
    "LOCAL2",
    "LOCAL3",
    "LOCAL4",
    "LOCAL5",
    "LOCAL6",
    "LOCAL7"
  };

  private final int priority;
  private final String tag;
  private final List<Path> sockets;
  private final @Nullable InetSocketAddress address;
  private final Clock clock;

  private volatile @Nullable UnixDatagram local;
  private volatile @Nullable DatagramChannel remote;

  /** Writes to the first of {@code sockets} that is there. */
  SyslogSink(int facility, String tag, List<Path> sockets, Clock clock) {
    this(facility, tag, sockets, null, clock);
  }

  /** Writes to {@code address} by UDP. */
  SyslogSink(int facility, String tag, InetSocketAddress address, Clock clock) {
    this(facility, tag, List.of(), address, clock);
  }

  private SyslogSink(
      int facility,
      String tag,
      List<Path> sockets,
      @Nullable InetSocketAddress address,
      Clock clock) {
    priority = facility * 8 + INFO;
    this.tag = tag;
    this.sockets = List.copyOf(sockets);
    this.address = address;
    this.clock = clock;
  }

  /** The number of the facility {@code name}, or -1. */
  static int facility(String name) {
    for (int i = 0; i < FACILITIES.length; i++) {
      if (!FACILITIES[i].isEmpty() && FACILITIES[i].equals(name.toUpperCase(Locale.ROOT))) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void open() throws IOException {
    close();
    if (address != null) {
      DatagramChannel datagrams = DatagramChannel.open();
      remote = datagrams;
      datagrams.connect(address);
      return;
    }
    for (Path socket : sockets) {
      if (Files.exists(socket)) {
        local = UnixDatagram.connect(socket);
        return;
      }
    }
    throw new IOException("the system's log has no socket: none of " + sockets + " is there");
  }

  @Override
  public void write(List<byte[]> lines) throws IOException {
    if (local == null && remote == null) {
      open();
    }
    String head =
        "<" + priority + ">" + STAMP.format(clock.instant()) + " " + tag + "[" + pid() + "]: ";
    for (byte[] line : lines) {
      ByteArrayOutputStream message = new ByteArrayOutputStream(line.length + 64);
      message.writeBytes(head.getBytes(UTF_8));
      message.write(line, 0, line.length - 1);
      send(message.toByteArray());
    }
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  private void send(byte[] message) throws IOException {
    UnixDatagram unix = local;
    DatagramChannel udp = remote;
    if (unix != null) {
      unix.send(message);
    } else if (udp != null) {
      udp.write(ByteBuffer.wrap(message));
    } else {
      throw new IOException("the socket is closed");
    }
  }

  @Override
  public void abort() {
    // A send has a time limit of its own.
  }

  @Override
  public void close() throws IOException {
    UnixDatagram unix = local;
    DatagramChannel udp = remote;
    local = null;
    remote = null;
    if (unix != null) {
      unix.close();
    }
    if (udp != null) {
      udp.close();
    }
  }
}
