package strongroom.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Asks a server for what clients ask most, so that a recording of it knows which code is hot. A
 * start from such a recording compiles the right methods from the first request on.
 */
final class Exercise {
  private static final int CONNECTIONS = 16;
  private static final long WRITES = 12_000;
  private static final long READS = 24_000;
  private static final long TOKENS = 4_000;
  private static final String VALUE = "x".repeat(600);

  private final int port;
  private final String token;

  private Exercise(int port, String token) {
    this.port = port;
    this.token = token;
  }

  /** {@code arguments}: the port, and a root token of a server with KV version 2 at secret/. */
  public static void main(String[] arguments) {
    new Exercise(Integer.parseInt(arguments[0]), arguments[1]).run();
  }

  private void run() {
    call(
        "PUT",
        "sys/policies/acl/exercise",
        token,
        json(
            "policy",
            "path \\\"secret/*\\\" {"
                + " capabilities = [\\\"create\\\", \\\"update\\\", \\\"read\\\", \\\"list\\\"] }"),
        204);
    String created =
        call(
            "POST",
            "auth/token/create",
            token,
            "{\"policies\":[\"exercise\"],\"ttl\":\"1h\"}",
            200);
    String client = Bench.member(created, "client_token");
    all(WRITES, 200, n -> request("POST", "secret/data/a/" + n % 3000, client, data()));
    all(READS, 200, n -> request("GET", "secret/data/a/" + n % 3000, client, ""));
    all(TOKENS, 200, n -> request("POST", "auth/token/create", token, "{\"ttl\":\"1m\"}"));
    all(TOKENS, 200, n -> request("GET", "auth/token/lookup-self", client, ""));
    all(TOKENS, 200, n -> request("GET", "sys/health", "", ""));
    all(200, 200, n -> request("LIST", "secret/metadata/a", client, ""));
    all(TOKENS, 403, n -> request("GET", "secret/data/a/1", "hvs.none", ""));
    all(TOKENS, 404, n -> request("GET", "secret/data/none", client, ""));
  }

  private static String data() {
    return "{\"data\":{\"value\":\"" + VALUE + "\"}}";
  }

  private static String json(String name, String value) {
    return "{\"" + name + "\":\"" + value + "\"}";
  }

  private static byte[] request(String method, String path, String token, String body) {
    return Connection.request(method, path, token, body);
  }

  private String call(String method, String path, String token, String body, int status) {
    try (Connection connection = new Connection(ServerProcess.loopback(port))) {
      return connection.send(request(method, path, token, body)).expect(status).text();
    }
  }

  private void all(long total, int status, LongFunction<byte[]> request) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      long from = i;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (Connection connection = new Connection(ServerProcess.loopback(port))) {
                      for (long n = from; n < total; n += CONNECTIONS) {
                        connection.send(request.apply(n)).expect(status);
                      }
                    }
                  }));
    }
    Load.join(threads);
  }
}
