package strongroom.seal.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;

/**
 * One HTTP service: sends calls, waits for the answer as long as the deadline allows, reads no more
 * than a bound. Redirects are answers. The client is made by the first call, since it costs some
 * 100 ms that a start need not pay.
 */
public final class HttpService implements AutoCloseable {
  private static final int ANSWER_BYTES_MAX = 1024 * 1024;
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);

  private final String name;
  private final Optional<SSLContext> tls;
  private @Nullable HttpClient client; // guarded by this

  /**
   * Starts nothing.
   *
   * @param name whom faults are told of: {@code AWS KMS}
   * @param tls empty for what Java trusts by itself
   */
  public HttpService(String name, Optional<SSLContext> tls) {
    this.name = name;
    this.tls = tls;
  }

  private synchronized HttpClient client() {
    if (client == null) {
      HttpClient.Builder builder =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(CONNECT_MAX)
              .executor(Executors.newVirtualThreadPerTaskExecutor());
      tls.ifPresent(builder::sslContext);
      client = builder.build();
    }
    return client;
  }

  /**
   * Sends {@code call}.
   *
   * @throws SealFault.Away where there is no answer, or none in time
   * @throws SealFault.Configuration where the other side's certificate is not trusted
   */
  public HttpAnswer send(HttpCall call, Deadline deadline) {
    String from = name + " at " + call.uri().getAuthority();
    Duration left = deadline.left(from);
    HttpRequest request = request(call, from, left);
    CompletableFuture<HttpResponse<byte[]>> answer =
        client()
            .sendAsync(
                request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
    try {
      HttpResponse<byte[]> response = answer.get(left.toNanos(), TimeUnit.NANOSECONDS);
      Map<String, String> headers = new LinkedHashMap<>();
      response.headers().map().forEach((key, values) -> headers.put(key, values.getFirst()));
      return new HttpAnswer(from, response.statusCode(), headers, response.body());
    } catch (ExecutionException e) {
      throw fault(from, e.getCause(), deadline);
    } catch (TimeoutException e) {
      throw deadline.missed(from);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SealFault.Away("waiting for " + from + " was interrupted", e);
    } finally {
      answer.cancel(true);
      Arrays.fill(call.body(), (byte) 0);
    }
  }

  private static HttpRequest request(HttpCall call, String from, Duration left) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(call.uri())
            .timeout(left)
            .method(
                call.method(),
                call.body().length == 0
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(call.body()));
    try {
      call.headers().forEach(request::header);
      return request.build();
    } catch (IllegalArgumentException e) {
      // Its message quotes the header, which may be a token: it goes no further.
      throw new SealFault.Configuration(
          from + " was not asked: a token or key for it has characters that no header may have",
          null);
    }
  }

  private static SealFault fault(String from, @Nullable Throwable cause, Deadline deadline) {
    if (cause instanceof HttpConnectTimeoutException) {
      return new SealFault.Away(
          from + " cannot be reached: no connection within " + CONNECT_MAX.toSeconds() + " s",
          cause);
    }
    if (cause instanceof HttpTimeoutException) {
      return deadline.missed(from);
    }
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof SSLException) {
        return new SealFault.Configuration(
            from
                + ": TLS failed ("
                + at.getMessage()
                + "); see whether its certificate is signed by an authority that is trusted here",
            cause);
      }
      if (at instanceof UnknownHostException || at instanceof UnresolvedAddressException) {
        return new SealFault.Away(from + " cannot be reached: its name is not known here", cause);
      }
    }
    if (cause instanceof ConnectException) {
      return new SealFault.Away(from + " cannot be reached: the connection failed", cause);
    }
    if (cause instanceof IOException) {
      return new SealFault.Away(
          from + " cannot be reached: " + cause.getClass().getSimpleName(), cause);
    }
    return new SealFault.Away(from + " could not be asked", cause);
  }

  /** Ends all connections; calls under way fail. */
  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdownNow();
      client = null;
    }
  }
}
