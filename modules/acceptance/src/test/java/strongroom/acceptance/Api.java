package strongroom.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/** The HTTP API, called with the JDK's own client. */
record Api(URI base, String token, HttpClient client) {
  static Api at(URI base) {
    return new Api(
        base,
        "",
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build());
  }

  Api as(String otherToken) {
    return new Api(base, otherToken, client);
  }

  Answer get(String path) {
    return call("GET", path, "");
  }

  Answer list(String path) {
    return call("LIST", path, "");
  }

  Answer put(String path, String json) {
    return call("PUT", path, json.replace('\'', '"'));
  }

  Answer delete(String path) {
    return call("DELETE", path, "");
  }

  Answer call(String method, String path, String body, String... headers) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(base.resolve("/v1/" + path))
            .timeout(Duration.ofSeconds(60))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      builder.header("X-Vault-Token", token);
    }
    if (headers.length > 0) {
      builder.headers(headers);
    }
    try {
      HttpResponse<byte[]> response =
          client.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(
          method + " " + path, response.statusCode(), response.body(), response.headers());
    } catch (IOException e) {
      throw new Unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The server did not answer; what was asked may have been done or not. */
  static final class Unreachable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unreachable(IOException cause) {
      super(cause);
    }
  }

  record Answer(String asked, int status, byte[] body, HttpHeaders headers) {
    Answer expect(int expected) {
      assertThat(status).as("%s: %s", asked, text()).isEqualTo(expected);
      return this;
    }

    String text() {
      return new String(body, UTF_8);
    }

    JsonObject json() {
      try {
        return Json.parseObject(body);
      } catch (Json.MalformedJson e) {
        throw new AssertionError(asked + " answered no JSON object: " + text(), e);
      }
    }

    /** The value at {@code path}, whose parts are divided by dots. */
    JsonValue at(String path) {
      JsonValue value = json();
      for (String part : path.split("\\.", -1)) {
        value =
            ((JsonObject) value)
                .member(part)
                .orElseThrow(() -> new AssertionError(asked + " has no " + path + ": " + text()));
      }
      return value;
    }

    String string(String path) {
      return ((JsonString) at(path)).value();
    }

    long number(String path) {
      return ((JsonNumber) at(path)).toLong().orElseThrow();
    }

    boolean bool(String path) {
      return ((JsonBoolean) at(path)).value();
    }

    List<String> strings(String path) {
      return ((JsonArray) at(path))
          .items().stream().map(item -> ((JsonString) item).value()).toList();
    }
  }
}
