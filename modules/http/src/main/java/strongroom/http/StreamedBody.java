package strongroom.http;

import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Response;

/**
 * The body of an answer that is sent as it comes to be. Each write waits until the client's system
 * has taken what was written before, and no longer than a write may take. Used by one thread.
 */
final class StreamedBody extends OutputStream {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final Runnable begin;
  private final OutputStream out;
  private final Peer peer;
  private final long nanosMax;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int length;
  private boolean begun;

  /** {@code begin} sets status and headers; called before the first byte. */
  StreamedBody(Response response, Peer peer, HttpSettings.Times times, Runnable begin) {
    this.begin = begin;
    this.out = Content.Sink.asOutputStream(response);
    this.peer = peer;
    this.nanosMax = times.write().toNanos();
  }

  /** Whether the client may have got a byte. */
  boolean begun() {
    return begun;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    int done = 0;
    while (done < count) {
      if (length == BUFFER_BYTES) {
        send();
      }
      int piece = Math.min(count - done, BUFFER_BYTES - length);
      System.arraycopy(bytes, offset + done, buffer, length, piece);
      length += piece;
      done += piece;
    }
  }

  private void send() throws IOException {
    if (!begun) {
      begun = true;
      begin.run();
    }
    peer.expectWithin(nanosMax, "has read nothing");
    try {
      out.write(buffer, 0, length);
    } finally {
      peer.settle();
    }
    length = 0;
  }

  /** Sends the rest. Not called, the client sees that the body is not whole. */
  @Override
  public void close() throws IOException {
    send();
    out.close();
  }
}
