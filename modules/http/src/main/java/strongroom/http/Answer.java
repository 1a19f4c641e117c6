package strongroom.http;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;

/**
 * The one answer to one request: the first reply counts, whether the handler's or the deadline's.
 */
final class Answer {
  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
  private static final HttpField NO_STORE =
      new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
  private static final HttpField HSTS =
      new PreEncodedHttpField(
          HttpHeader.STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");

  private final Response response;
  private final Callback callback;
  private final Map<String, Map<String, String>> customHeaders;
  private final AtomicBoolean given = new AtomicBoolean();
  private volatile Scheduler.@Nullable Task deadline;

  Answer(Response response, Callback callback, Map<String, Map<String, String>> customHeaders) {
    this.response = response;
    this.callback = callback;
    this.customHeaders = customHeaders;
  }

  boolean isGiven() {
    return given.get();
  }

  /** The deadline, to be cancelled when the answer is given. */
  void endedBy(Scheduler.Task task) {
    deadline = task;
    if (given.get()) {
      task.cancel();
    }
  }

  void give(Reply reply) {
    if (!given.compareAndSet(false, true)) {
      return;
    }
    Scheduler.Task task = deadline;
    if (task != null) {
      task.cancel();
    }
    switch (reply) {
      case Reply.Done done -> {
        HttpField type =
            done.response().shape() == strongroom.logical.Response.Shape.RAW
                ? new HttpField(
                    HttpHeader.CONTENT_TYPE,
                    ((strongroom.logical.Response.Raw) done.response().data().orElseThrow())
                        .mediaType())
                : JSON;
        send(done.response().status(), type, Envelope.bytes(done));
      }
      case Reply.Refused refused -> send(status(refused), JSON, Envelope.bytes(refused));
    }
  }

  private static int status(Reply.Refused refused) {
    return Statuses.of(refused.refusal());
  }

  void refuse(String requestId, Refusal refusal) {
    give(new Reply.Refused(requestId, refusal));
  }

  private void send(int status, HttpField type, byte[] body) {
    response.setStatus(status);
    var headers = response.getHeaders();
    headers.put(NO_STORE);
    headers.put(HSTS);
    custom("default");
    custom(status / 100 + "xx");
    custom(Integer.toString(status));
    if (body.length == 0) {
      response.write(true, null, callback);
      return;
    }
    headers.put(type);
    headers.put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
  }

  private void custom(String status) {
    Map<String, String> headers = customHeaders.get(status);
    if (headers != null) {
      headers.forEach((name, value) -> response.getHeaders().put(name, value));
    }
  }
}
