package strongroom.cli;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Connections that are used again, for a command that sends thousands of requests. Each serves one
 * request at a time. Used by several threads, under its own lock.
 */
final class KeptConnections implements Closeable {
  /** Opens a connection. */
  @FunctionalInterface
  interface Opener {
    Connection open() throws IOException;
  }

  /** Sends a request over a connection and reads the answer. */
  @FunctionalInterface
  interface Exchange {
    ApiResponse over(Connection connection) throws IOException;
  }

  private final Map<String, Deque<Connection>> idle = new HashMap<>();

  /**
   * Does {@code exchange} over a connection to {@code address}. A kept one that the server has
   * closed meanwhile is given up, and the request sent once more over a fresh one.
   */
  ApiResponse exchange(Address address, Opener opener, Exchange exchange) throws IOException {
    String place = address.toString();
    Optional<Connection> used = take(place);
    if (used.isPresent()) {
      try {
        return over(used.get(), place, exchange);
      } catch (EOFException | SocketException e) {
        // Closed while it was idle: a fresh one tells.
      }
    }
    return over(opener.open(), place, exchange);
  }

  private ApiResponse over(Connection connection, String place, Exchange exchange)
      throws IOException {
    boolean whole = false;
    try {
      ApiResponse response = exchange.over(connection);
      whole = staysOpen(response);
      if (whole) {
        keep(place, connection);
      }
      return response;
    } finally {
      if (!whole) {
        connection.close();
      }
    }
  }

  /** Whether the answer had an end of its own, and the server does not close behind it. */
  private static boolean staysOpen(ApiResponse response) {
    Map<String, String> headers = response.headers();
    boolean ended =
        response.status() == 204
            || headers.containsKey("content-length")
            || headers.getOrDefault("transfer-encoding", "").contains("chunked");
    return ended
        && !headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT).contains("close");
  }

  private synchronized Optional<Connection> take(String place) {
    return Optional.ofNullable(idle.getOrDefault(place, new ArrayDeque<>()).pollLast());
  }

  private synchronized void keep(String place, Connection connection) {
    idle.computeIfAbsent(place, any -> new ArrayDeque<>()).addLast(connection);
  }

  @Override
  public synchronized void close() throws IOException {
    for (Deque<Connection> connections : idle.values()) {
      for (Connection connection : connections) {
        connection.close();
      }
    }
    idle.clear();
  }
}
