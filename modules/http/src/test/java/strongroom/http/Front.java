package strongroom.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.logical.RequestHandler;
import strongroom.logical.Response;

/** A front on a loopback port, with the ways that tests talk to it. */
final class Front implements AutoCloseable {
  static final Duration WAIT_MAX = Duration.ofSeconds(60);

  final HttpFront http;

  private Front(HttpFront http) {
    this.http = http;
    http.start();
  }

  static Front of(HttpSettings settings, RequestHandler handler) {
    return new Front(new HttpFront(List.of(settings), handler));
  }

  static Front with(HttpSettings.Limits limits, RequestHandler handler) {
    return of(
        new HttpSettings.Tcp(
            "127.0.0.1", 0, Optional.empty(), HttpSettings.Forwarded.NOBODY, limits),
        handler);
  }

  static Front with(RequestHandler handler) {
    return with(HttpSettings.Limits.DEFAULT, handler);
  }

  /** A handler that answers at once with what {@code answer} makes of the request. */
  static RequestHandler answering(Function<Request, Response> answer) {
    return (request, reply) ->
        reply.accept(new Reply.Done(request.id(), "kv", answer.apply(request)));
  }

  static HttpSettings.Limits limits(long bodyBytesMax, HttpSettings.Times times) {
    return new HttpSettings.Limits(
        bodyBytesMax, Duration.ofSeconds(90), times, 32 * 1024, 32_768, false, Map.of());
  }

  int port() {
    return http.addresses().getFirst().getPort();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  Socket socket() throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
    socket.setSoTimeout((int) WAIT_MAX.toMillis());
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** Sends {@code text} byte by character and reads until the server closes. */
  String raw(String text) throws IOException {
    return raw(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  String raw(byte[] bytes) throws IOException {
    try (Socket socket = socket()) {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Reads one answer with a Content-Length, as far as it comes. */
  static String readAnswer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    int bodyFrom = -1;
    int length = 0;
    while (bodyFrom < 0 || read.size() < bodyFrom + length) {
      int b;
      try {
        b = in.read();
      } catch (SocketTimeoutException e) {
        throw new IllegalStateException("no whole answer: " + read, e);
      }
      if (b < 0) {
        break;
      }
      read.write(b);
      String text = read.toString(StandardCharsets.UTF_8);
      if (bodyFrom < 0 && text.endsWith("\r\n\r\n")) {
        bodyFrom = read.size();
        for (String line : text.split("\r\n", -1)) {
          if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
            length = Integer.parseInt(line.substring(15).strip());
          }
        }
      }
    }
    return read.toString(StandardCharsets.UTF_8);
  }

  static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + WAIT_MAX.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + WAIT_MAX + ": " + what);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
