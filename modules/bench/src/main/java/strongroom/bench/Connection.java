package strongroom.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * One kept-alive HTTP/1.1 connection, with so little of HTTP that the load costs less than what it
 * loads. Used by one thread.
 */
final class Connection implements AutoCloseable {
  /** In small letters; or-ing 0x20 makes letters small and leaves these signs as they are. */
  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

  private static final int HEAD_BYTES_MAX = 16 * 1024;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] buffer = new byte[HEAD_BYTES_MAX];
  private int filled;

  Connection(InetSocketAddress address) {
    try {
      socket = new Socket(address.getAddress(), address.getPort());
      socket.setTcpNoDelay(true);
      in = socket.getInputStream();
      out = socket.getOutputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An answer: its status and its body. */
  record Answer(int status, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    Answer expect(int wanted) {
      if (status != wanted) {
        throw new IllegalStateException(
            "status " + status + " where " + wanted + " was expected: " + text());
      }
      return this;
    }
  }

  /** The bytes of a request. */
  static byte[] request(String method, String path, String token, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        method
            + " /v1/"
            + path
            + " HTTP/1.1\r\nHost: localhost\r\n"
            + (token.isEmpty() ? "" : "X-Vault-Token: " + token + "\r\n")
            + (content.length == 0 ? "" : "Content-Length: " + content.length + "\r\n")
            + "\r\n";
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[start.length + content.length];
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(content, 0, all, start.length, content.length);
    return all;
  }

  Answer send(byte[] request) {
    try {
      out.write(request);
      out.flush();
      int head = readHead();
      int status = status(buffer);
      byte[] body = new byte[bodyLength(buffer, head)];
      int here = Math.min(body.length, filled - head);
      System.arraycopy(buffer, head, body, 0, here);
      if (in.readNBytes(body, here, body.length - here) < body.length - here) {
        throw closed();
      }
      return new Answer(status, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The status in the first line of the answer in {@code buffer}. */
  static int status(byte[] buffer) {
    return (buffer[9] - '0') * 100 + (buffer[10] - '0') * 10 + buffer[11] - '0';
  }

  /** Reads until the empty line, and returns where the body starts. */
  private int readHead() throws IOException {
    filled = 0;
    int seen = 3;
    while (true) {
      int read = in.read(buffer, filled, buffer.length - filled);
      if (read <= 0) {
        throw closed();
      }
      filled += read;
      int head = headLength(buffer, seen, filled);
      if (head > 0) {
        return head;
      }
      seen = Math.max(3, filled);
    }
  }

  /** Where the body starts, looked for from {@code from}; 0 where the head is not whole yet. */
  static int headLength(byte[] buffer, int from, int filled) {
    for (int at = Math.max(3, from); at < filled; at++) {
      if (buffer[at] == '\n' && buffer[at - 2] == '\n') {
        return at + 1;
      }
    }
    return 0;
  }

  /** The length of the body behind a head of {@code head} bytes in {@code buffer}; 0 for none. */
  static int bodyLength(byte[] buffer, int head) {
    for (int at = 0; at + LENGTH.length < head; at++) {
      if (buffer[at] == '\n' && startsWith(buffer, at + 1)) {
        int length = 0;
        for (int i = at + 1 + LENGTH.length; buffer[i] != '\r'; i++) {
          length = buffer[i] == ' ' ? length : length * 10 + buffer[i] - '0';
        }
        return length;
      }
    }
    return 0;
  }

  private static boolean startsWith(byte[] buffer, int at) {
    for (int i = 0; i < LENGTH.length; i++) {
      if ((buffer[at + i] | 0x20) != LENGTH[i]) {
        return false;
      }
    }
    return true;
  }

  private static IOException closed() {
    return new IOException("the server closed the connection");
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
