package strongroom.seal.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;

/**
 * A service that a test plays: answers what its handler says, and keeps what it was asked. The
 * handler checks what the vendor would check.
 */
public final class FakeService implements AutoCloseable {
  /** Answers one request. */
  @FunctionalInterface
  public interface Handler {
    /** The answer to {@code asked}. */
    Reply answer(Asked asked);
  }

  /**
   * What was asked.
   *
   * @param method of HTTP
   * @param path with its query, as it was sent
   * @param headers by their names in lower case
   * @param body whole
   */
  public record Asked(String method, String path, Map<String, String> headers, byte[] body) {
    /** The body as a JSON object. */
    public JsonObject json() {
      try {
        return Json.parseObject(body);
      } catch (Json.MalformedJson e) {
        throw new AssertionError(method + " " + path + " has no JSON object", e);
      }
    }

    /** The string {@code name} of the body. */
    public String text(String name) {
      return json()
          .member(name)
          .map(value -> ((JsonString) value).value())
          .orElseThrow(() -> new AssertionError(method + " " + path + " has no " + name));
    }

    /** Whether the body's object has {@code name}. */
    public boolean has(String name) {
      return json().member(name).isPresent();
    }

    /** A header, empty where it is not there. */
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /**
   * An answer.
   *
   * @param status of HTTP
   * @param body whole
   * @param headers besides Content-Type
   */
  public record Reply(int status, String body, Map<String, String> headers) {
    /** An answer of {@code json} with single quotes. */
    public static Reply json(int status, String json) {
      return new Reply(status, json.replace('\'', '"'), Map.of());
    }
  }

  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile Handler handler;

  /** Starts on a free port of the loopback address. */
  public FakeService(Handler handler) {
    this.handler = handler;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
      Asked request =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              headers,
              exchange.getRequestBody().readAllBytes());
      asked.add(request);
      Reply reply;
      try {
        reply = handler.answer(request);
      } catch (AssertionError | RuntimeException e) {
        // Whoever asks sees what the request lacked.
        reply = new Reply(400, String.valueOf(e.getMessage()), Map.of());
      }
      byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Its address, without a slash at the end. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on {@code other} answers. */
  public void answerWith(Handler other) {
    handler = other;
  }

  /** The handler that answers now. */
  public Handler handler() {
    return handler;
  }

  /** What was asked so far. */
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** What was asked so far, method and path only. */
  public List<String> calls() {
    return asked.stream().map(a -> a.method() + " " + a.path()).collect(Collectors.toList());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
