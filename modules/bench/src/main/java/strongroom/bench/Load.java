package strongroom.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongFunction;

/** Many connections that send one request after the other. */
final class Load {
  private static final int ANSWER_BYTES_MAX = 64 * 1024;

  private Load() {}

  /**
   * What a load came to.
   *
   * @param requests answered
   * @param seconds it took
   * @param cpuSeconds that the server used meanwhile
   */
  record Result(long requests, double seconds, double cpuSeconds) {
    double perSecond() {
      return requests / seconds;
    }

    /** Of the server, in microseconds. */
    double cpuMicrosPerRequest() {
      return cpuSeconds * 1e6 / requests;
    }
  }

  /**
   * Sends {@code total} requests over {@code connections}, on each the next once the one before is
   * answered; the number of a request makes its bytes. One thread does it all: load and server
   * share the machine, and what the load costs the server cannot have.
   *
   * @throws IllegalStateException where an answer has another status than {@code status}
   */
  static Result run(
      ServerProcess server, int connections, long total, int status, LongFunction<byte[]> request) {
    double cpu = server.cpuSeconds();
    long start = System.nanoTime();
    try (Selector selector = Selector.open()) {
      Exchanges exchanges = new Exchanges(total, status, request);
      for (int i = 0; i < connections; i++) {
        exchanges.open(selector, server.address());
      }
      while (exchanges.open > 0) {
        selector.select(exchanges::advance);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Result(total, seconds, server.cpuSeconds() - cpu);
  }

  /** The requests of one run, and whose turn it is. */
  private static final class Exchanges {
    private final long total;
    private final int status;
    private final LongFunction<byte[]> request;
    private long next;
    private int open;

    Exchanges(long total, int status, LongFunction<byte[]> request) {
      this.total = total;
      this.status = status;
      this.request = request;
    }

    void open(Selector selector, InetSocketAddress address) throws IOException {
      SocketChannel channel = SocketChannel.open(address);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      Received answer = new Received();
      open++;
      send(channel.register(selector, SelectionKey.OP_READ, answer));
    }

    /** Sends the next request, or closes the connection where there is none. */
    private void send(SelectionKey key) throws IOException {
      SocketChannel channel = (SocketChannel) key.channel();
      if (next == total) {
        channel.close();
        open--;
        return;
      }
      ByteBuffer bytes = ByteBuffer.wrap(request.apply(next++));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    void advance(SelectionKey key) {
      Received answer = (Received) key.attachment();
      try {
        if (((SocketChannel) key.channel()).read(answer.buffer) < 0) {
          throw new IOException("the server closed the connection");
        }
        if (answer.isWhole()) {
          answer.expect(status);
          answer.buffer.clear();
          send(key);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** What has come of an answer so far. */
  private static final class Received {
    private final byte[] bytes = new byte[ANSWER_BYTES_MAX];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes);

    boolean isWhole() {
      int filled = buffer.position();
      int head = Connection.headLength(bytes, 0, filled);
      return head > 0 && filled >= head + Connection.bodyLength(bytes, head);
    }

    void expect(int status) {
      if (Connection.status(bytes) != status) {
        String text = new String(bytes, 0, buffer.position(), StandardCharsets.UTF_8);
        throw new IllegalStateException("another status than " + status + ": " + text);
      }
    }
  }

  static void join(List<Thread> threads) {
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
