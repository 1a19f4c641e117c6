package strongroom.http;

import java.io.EOFException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * What a client still sends of a body that nobody wants: read and thrown away for a while, so that
 * the client sees the answer, which is written, and not a broken connection.
 */
final class LeftoverBody implements Invocable.Task {
  /** How much is thrown away before the connection is cut. */
  private static final long BYTES_MAX = 64L * 1024 * 1024;

  private static final long SECONDS_MAX = 5;
  private static final long LINGER_MILLIS = 250;

  private final Answer answer;
  private final Request request;
  private long discarded;

  LeftoverBody(Answer answer) {
    this.answer = answer;
    this.request = answer.request();
  }

  /** Begins, once the answer is written. */
  void start() {
    if (request.getHeaders().contains(HttpHeader.EXPECT)) {
      // The client waits for leave to send, and now knows that it has none.
      answer.finish();
      return;
    }
    answer
        .peer()
        .expect(System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX), () -> cut(request));
    run();
  }

  @Override
  public void run() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        Throwable failure = chunk.getFailure();
        answer.fail(failure == null ? new EOFException("broken off") : failure);
        return;
      }
      discarded += chunk.getByteBuffer().remaining();
      boolean last = chunk.isLast();
      chunk.release();
      if (last) {
        answer.finish();
        return;
      }
      if (discarded > BYTES_MAX) {
        answer.fail(new EOFException("the client goes on sending a refused body"));
        return;
      }
    }
  }

  /** Ends the connection once the client has had time to see the answer. */
  static void cut(Request request) {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    endPoint.shutdownOutput();
    request
        .getComponents()
        .getScheduler()
        .schedule(
            () -> endPoint.close(new EOFException("cut off after a refused body")),
            LINGER_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
