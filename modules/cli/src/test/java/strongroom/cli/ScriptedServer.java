package strongroom.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers requests with what a test says, and remembers them. Answers to the same request are given
 * in order, the last one again and again.
 */
final class ScriptedServer implements AutoCloseable {
  /** A request as it came. */
  record Seen(String method, String target, Map<String, String> headers, String body) {
    String line() {
      return body.isEmpty() ? method + " " + target : method + " " + target + " " + body;
    }

    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name.toLowerCase(java.util.Locale.ROOT)));
    }
  }

  private record Answer(int status, byte[] body, Map<String, String> headers) {}

  private final HttpServer server;
  private final Map<String, Deque<Answer>> answers = new HashMap<>();
  private final List<Seen> seen = new ArrayList<>();

  ScriptedServer() throws IOException {
    this(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
  }

  ScriptedServer(HttpServer server) {
    this.server = server;
    server.createContext("/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  String address() {
    return "http://127.0.0.1:" + port();
  }

  /** Answers {@code request}, such as {@code GET /v1/sys/init}, with {@code status} and a body. */
  ScriptedServer on(String request, int status, String body) {
    return on(request, status, body, Map.of());
  }

  synchronized ScriptedServer on(
      String request, int status, String body, Map<String, String> headers) {
    return on(request, new Answer(status, body.getBytes(StandardCharsets.UTF_8), headers));
  }

  /** Answers {@code request} with a file. */
  synchronized ScriptedServer on(String request, byte[] file) {
    return on(request, new Answer(200, file, Map.of()));
  }

  private ScriptedServer on(String request, Answer answer) {
    answers.computeIfAbsent(request, any -> new ArrayDeque<>()).add(answer);
    return this;
  }

  synchronized List<Seen> seen() {
    return List.copyOf(seen);
  }

  Seen last() {
    return seen().getLast();
  }

  List<String> lines() {
    return seen().stream().map(Seen::line).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String target = exchange.getRequestURI().toString();
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) ->
                headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
    Answer answer;
    synchronized (this) {
      seen.add(new Seen(exchange.getRequestMethod(), target, headers, body));
      Deque<Answer> all = answers.get(exchange.getRequestMethod() + " " + target);
      answer =
          all == null
              ? new Answer(404, "{\"errors\":[]}".getBytes(StandardCharsets.UTF_8), Map.of())
              : all.size() > 1 ? all.removeFirst() : all.getFirst();
    }
    byte[] bytes = answer.body();
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
