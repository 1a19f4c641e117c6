package strongroom.http;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Reply;

/**
 * The one answer to one request: the first reply counts, whether the handler's or a deadline's. It
 * goes out as one write with its length, and the connection is free when the client's system has
 * taken it.
 */
final class Answer implements Consumer<Reply>, Callback {
  private static final Logger LOG = LoggerFactory.getLogger(Answer.class);

  /** For so much of an answer a client has the time that is set for writing. */
  private static final long BYTES_A_WRITE = 1024 * 1024;

  private static final long NANOS_A_SECOND = 1_000_000_000;

  /** What all answers of a listener share. */
  record Shared(AnswerHeaders headers, HttpSettings.Limits limits, LongAdder underWay) {}

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Shared shared;
  private final Peer peer;
  private final AtomicBoolean given = new AtomicBoolean();

  /** Memory that the request's body has taken; given back with the answer. */
  private volatile BodyBudget.@Nullable Share share;

  /** Set by the thread that gives the answer, before it is written. */
  private @Nullable AnswerBuffer buffer;

  private @Nullable Runnable afterwards;

  /** The request's body, where that is read as it comes. */
  private @Nullable UploadedBody upload;

  private volatile boolean written;

  Answer(Request request, Response response, Callback callback, Shared shared) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.shared = shared;
    peer = Peer.of(request);
    peer.begin();
    shared.underWay().increment();
  }

  Request request() {
    return request;
  }

  Peer peer() {
    return peer;
  }

  boolean isGiven() {
    return given.get();
  }

  /** Gives {@code taken} back when the answer is given. */
  void holds(BodyBudget.Share taken) {
    share = taken;
    if (given.get()) {
      taken.close();
    }
  }

  /** Ends the connection with the answer where not all of {@code body} has been read by then. */
  void follows(UploadedBody body) {
    upload = body;
  }

  /** Where no answer has come in time, one that says so is given. */
  void expectReply(String requestId) {
    long limit = shared.limits().requestDuration().toNanos();
    peer.expect(
        System.nanoTime() + limit,
        () ->
            refuse(
                requestId,
                new Refusal.Unavailable(
                    List.of(
                        "no answer within "
                            + limit / NANOS_A_SECOND
                            + " s (max_request_duration of the listener); what was asked for may"
                            + " still be done"))));
    if (given.get()) {
      peer.settle();
    }
  }

  @Override
  public void accept(Reply reply) {
    if (!claim()) {
      return;
    }
    Reply plain = reply instanceof Reply.Counted counted ? headed(counted) : reply;
    if (plain instanceof Reply.Done done
        && done.response().data().orElse(null)
            instanceof strongroom.logical.Response.Stream stream) {
      Thread.ofVirtual().name("http-stream").start(() -> stream(done, stream));
      return;
    }
    give(plain);
  }

  private void give(Reply reply) {
    AnswerBuffer out = new AnswerBuffer(request.getComponents().getByteBufferPool());
    buffer = out;
    try {
      write(reply, out);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void stream(Reply.Done done, strongroom.logical.Response.Stream stream) {
    int status = done.response().status();
    StreamedBody body =
        new StreamedBody(
            response,
            peer,
            shared.limits().times(),
            () -> {
              response.setStatus(status);
              shared.headers().addTo(response.getHeaders(), status);
              response.getHeaders().put(HttpHeader.CONTENT_TYPE, stream.mediaType());
            });
    try {
      stream.content().writeTo(body);
      body.close();
      succeeded();
    } catch (RefusedException e) {
      if (body.begun()) {
        failed(e);
      } else {
        give(new Reply.Refused(done.requestId(), e.refusal()));
      }
    } catch (IOException | RuntimeException | Error e) {
      LOG.warn("request {} was answered in part: {}", done.requestId(), e.toString());
      failed(e);
    }
  }

  private void write(Reply reply, AnswerBuffer out) {
    switch (reply) {
      case Reply.Done done -> {
        Envelope.write(done, out);
        send(done.response().status(), type(done.response()), out);
      }
      case Reply.Refused refused -> {
        Envelope.write(refused, out);
        tellWhere(refused.refusal());
        send(Statuses.of(refused.refusal()), AnswerHeaders.JSON, out);
      }
      case Reply.Counted counted -> write(headed(counted), out);
    }
  }

  /** What is answered, its rate in the headers. */
  private Reply headed(Reply.Counted counted) {
    HttpFields.Mutable headers = response.getHeaders();
    headers.put("X-Ratelimit-Limit", Long.toString(counted.rate().limit()));
    headers.put("X-Ratelimit-Remaining", Long.toString(counted.rate().remaining()));
    headers.put("X-Ratelimit-Reset", Long.toString(counted.rate().resetSeconds()));
    return counted.reply();
  }

  private static HttpField type(strongroom.logical.Response done) {
    return done.shape() == strongroom.logical.Response.Shape.RAW
            && done.data().orElseThrow() instanceof strongroom.logical.Response.Raw raw
        ? new HttpField(HttpHeader.CONTENT_TYPE, raw.mediaType())
        : AnswerHeaders.JSON;
  }

  /** Where or when to ask instead. */
  private void tellWhere(Refusal refusal) {
    if (refusal instanceof Refusal.TooMany(var _, long seconds)) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds);
    } else if (refusal instanceof Refusal.Elsewhere(var _, String base)) {
      response.getHeaders().put(HttpHeader.LOCATION, base + request.getHttpURI().getPathQuery());
    }
  }

  void refuse(String requestId, Refusal refusal) {
    accept(new Reply.Refused(requestId, refusal));
  }

  /**
   * Refuses and ends the connection, whose next bytes are not known to be a request.
   *
   * @param then called when the answer is written, to end the request
   */
  void refuseLast(int status, String message, Runnable then) {
    if (!claim()) {
      return;
    }
    afterwards = then;
    AnswerBuffer out = new AnswerBuffer(request.getComponents().getByteBufferPool());
    buffer = out;
    Envelope.errors(List.of(message), out);
    response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
    send(status, AnswerHeaders.JSON, out);
  }

  /** Answers {@code status} with nothing but a header. */
  void bare(int status, HttpField header) {
    if (claim()) {
      response.getHeaders().put(header);
      send(status, AnswerHeaders.JSON, null);
    }
  }

  private boolean claim() {
    if (!given.compareAndSet(false, true)) {
      return false;
    }
    peer.settle();
    BodyBudget.Share taken = share;
    if (taken != null) {
      taken.close();
    }
    return true;
  }

  private void send(int status, HttpField type, @Nullable AnswerBuffer out) {
    response.setStatus(status);
    HttpFields.Mutable headers = response.getHeaders();
    shared.headers().addTo(headers, status);
    UploadedBody body = upload;
    if (body != null && !body.whole()) {
      headers.put(HttpFields.CONNECTION_CLOSE);
      afterwards = new LeftoverBody(this)::start;
    }
    int length = out == null ? 0 : out.length();
    if (out == null || length == 0) {
      response.write(true, null, this);
      return;
    }
    headers.put(type);
    headers.put(HttpHeader.CONTENT_LENGTH, length);
    response.write(true, out.toRead(), this);
    if (!written) {
      long limit = shared.limits().times().write().toNanos() * (1 + length / BYTES_A_WRITE);
      peer.expect(
          System.nanoTime() + limit, () -> peer.close("the client does not read its answer"));
      if (written) {
        peer.settle();
      }
    }
  }

  @Override
  public void succeeded() {
    Runnable then = afterwards;
    release();
    if (then == null) {
      end();
      callback.succeeded();
    } else {
      then.run();
    }
  }

  @Override
  public void failed(Throwable failure) {
    release();
    fail(failure);
  }

  /** Leaves it to Jetty to answer that something is broken here, and to log it. */
  void broken(Throwable failure) {
    if (claim()) {
      fail(failure);
    }
  }

  /** Ends a request whose connection is to be closed. */
  void finish() {
    end();
    callback.succeeded();
  }

  /** Ends a request whose connection is broken. */
  void fail(Throwable failure) {
    end();
    callback.failed(failure);
  }

  private void release() {
    written = true;
    AnswerBuffer out = buffer;
    buffer = null;
    if (out != null) {
      out.release();
    }
  }

  private void end() {
    peer.end();
    shared.underWay().decrement();
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
