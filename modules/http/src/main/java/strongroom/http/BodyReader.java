package strongroom.http;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request's body as it comes in; no thread waits for it. A body that is too large, or for
 * which there is no memory now, is refused at once, and what the client still sends is read and
 * thrown away for a while, so that it sees the answer and not a broken connection.
 *
 * <p>Jetty calls {@link #run} on one thread at a time.
 */
final class BodyReader implements Invocable.Task {
  /** Bodies up to this are read without asking whether there is memory for them. */
  private static final int FREE_BYTES = 16 * 1024;

  private static final int FIRST_BYTES = 1024;

  private static final byte[] NOTHING = new byte[0];

  private enum End {
    OPEN,
    WHOLE,
    TOO_LATE
  }

  /** Takes a body that is whole. */
  @FunctionalInterface
  interface Whole {
    void accept(byte[] body);
  }

  private final Answer answer;
  private final Request request;
  private final HttpSettings.Limits limits;
  private final BodyBudget.Share share;
  private final Whole whole;
  private final long declared;

  private byte[] bytes = NOTHING;
  private int length;
  private boolean waiting;

  /** Who has decided what becomes of the body: its last byte, or its deadline. */
  private final AtomicReference<End> end = new AtomicReference<>(End.OPEN);

  BodyReader(Answer answer, HttpSettings.Limits limits, BodyBudget.Share share, Whole whole) {
    this.answer = answer;
    this.request = answer.request();
    this.limits = limits;
    this.share = share;
    this.whole = whole;
    declared = request.getLength();
  }

  /** Starts. Where the whole body is here already, it is taken before this returns. */
  void start() {
    if (declared > limits.requestBodyBytesMax()) {
      refuse(413, tooLarge());
      return;
    }
    run();
  }

  @Override
  public void run() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        await();
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        brokenOff(chunk.getFailure());
        return;
      }
      boolean going;
      try {
        going = tooLate() || take(chunk.getByteBuffer());
      } finally {
        chunk.release();
      }
      if (!going) {
        return;
      }
      if (chunk.isLast()) {
        last();
        return;
      }
    }
  }

  /** Whether the request is answered, and what still comes in is thrown away. */
  private boolean tooLate() {
    return end.get() == End.TOO_LATE;
  }

  private void await() {
    if (!waiting) {
      waiting = true;
      if (!share.growTo(bytes.length)) {
        refuse(503, noMemory());
        return;
      }
      answer.peer().expect(System.nanoTime() + limits.times().body().toNanos(), this::takesTooLong);
    }
    request.demand(this);
  }

  private void takesTooLong() {
    if (!end.compareAndSet(End.OPEN, End.TOO_LATE)) {
      return;
    }
    answer.refuseLast(
        408,
        "the body did not come in whole within "
            + limits.times().body().toSeconds()
            + " s (http_read_timeout of the listener)",
        () -> LeftoverBody.cut(request));
  }

  private void brokenOff(@Nullable Throwable failure) {
    share.close();
    if (tooLate()) {
      answer.fail(failure == null ? new EOFException("broken off") : failure);
      return;
    }
    answer.refuseLast(400, "the body broke off before it was whole", answer::finish);
  }

  /** Whether to read on. */
  private boolean take(ByteBuffer chunk) {
    int more = chunk.remaining();
    if ((long) length + more > limits.requestBodyBytesMax()) {
      chunk.position(chunk.limit());
      refuse(413, tooLarge());
      return false;
    }
    if (bytes.length - length < more) {
      int capacity = capacity(length + more);
      if ((waiting || capacity > FREE_BYTES) && !share.growTo(capacity)) {
        chunk.position(chunk.limit());
        refuse(503, noMemory());
        return false;
      }
      bytes = Arrays.copyOf(bytes, capacity);
    }
    chunk.get(bytes, length, more);
    length += more;
    return true;
  }

  private int capacity(int needed) {
    if (needed == declared) {
      return needed;
    }
    long doubled = Math.max(FIRST_BYTES, Math.max(needed, 2L * bytes.length));
    long bound = declared > 0 ? declared : limits.requestBodyBytesMax();
    return (int) Math.max(needed, Math.min(doubled, Math.min(bound, Integer.MAX_VALUE - 8)));
  }

  private String tooLarge() {
    return "the body is larger than "
        + limits.requestBodyBytesMax()
        + " bytes (max_request_size of the listener)";
  }

  private static String noMemory() {
    return "large bodies under way take all the memory that is set aside for them; try again"
        + " shortly";
  }

  private void refuse(int status, String message) {
    bytes = NOTHING;
    length = 0;
    share.close();
    answer.refuseLast(status, message, new LeftoverBody(answer)::start);
  }

  private void last() {
    if (!end.compareAndSet(End.OPEN, End.WHOLE)) {
      answer.finish();
      return;
    }
    if (waiting) {
      answer.peer().settle();
    }
    if (bytes.length > FREE_BYTES || waiting) {
      answer.holds(share);
    }
    byte[] body = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    bytes = NOTHING;
    whole.accept(body);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
