package strongroom.clustering;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.RefusedException;
import strongroom.storage.StorageFault;

/** Asks a node of a cluster by its HTTP API, as a node that has no certificate yet. */
final class LeaderClient {
  private static final Duration CALL_MAX = Duration.ofSeconds(20);
  private static final int ANSWER_BYTES_MAX = 4 * 1024 * 1024;

  private LeaderClient() {}

  /** The {@code data} of what {@code path} answers to {@code body}. */
  static Fields post(JoinTarget target, String path, JsonObject body) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(5));
    target.tls().ifPresent(tls -> builder.sslContext(tls.context()));
    try (HttpClient client = builder.build()) {
      HttpResponse<byte[]> response =
          client.send(
              HttpRequest.newBuilder(target.api().resolve("/v1/" + path))
                  .timeout(CALL_MAX)
                  .header("X-Vault-Request", "true")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(Json.toBytes(body)))
                  .build(),
              HttpResponse.BodyHandlers.limiting(
                  HttpResponse.BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
      if (response.statusCode() != 200) {
        throw unavailable(target, response.statusCode() + errors(response.body()), null);
      }
      JsonObject answer = Json.parseObject(response.body());
      return new Fields(new Fields(answer).object("data").orElse(JsonObject.EMPTY));
    } catch (IOException e) {
      throw unavailable(target, String.valueOf(e.getMessage()), e);
    } catch (Json.MalformedJson | RefusedException e) {
      throw unavailable(target, "its answer is not what a node of a cluster says", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(target, "interrupted", e);
    }
  }

  private static String errors(byte[] body) {
    try {
      JsonObject answer = Json.parseObject(body);
      return new Fields(answer)
          .strings("errors")
          .map(all -> " " + String.join("; ", all))
          .orElse("");
    } catch (Json.MalformedJson | RefusedException e) {
      return "";
    }
  }

  private static StorageFault.Unavailable unavailable(
      JoinTarget target, String why, @Nullable Throwable cause) {
    return new StorageFault.Unavailable(target.api() + " does not let this node in: " + why, cause);
  }
}
