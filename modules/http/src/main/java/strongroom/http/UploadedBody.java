package strongroom.http;

import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jetty.io.Content;
import strongroom.logical.Upload;

/**
 * A request's body that is read as it comes, by the thread that handles the request. A client that
 * sends nothing for as long as a body may take is cut off.
 */
final class UploadedBody extends InputStream implements Upload {
  private final InputStream in;
  private final Peer peer;
  private final long nanosMax;
  private volatile boolean whole;

  UploadedBody(Answer answer, HttpSettings.Times times) {
    in = Content.Source.asInputStream(answer.request());
    peer = answer.peer();
    nanosMax = times.body().toNanos();
  }

  @Override
  public InputStream open() {
    return this;
  }

  /** Whether there is no more to come. */
  boolean whole() {
    return whole;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    peer.expectWithin(nanosMax, "has sent nothing");
    try {
      int read = in.read(bytes, offset, length);
      whole = read < 0;
      return read;
    } finally {
      peer.settle();
    }
  }
}
