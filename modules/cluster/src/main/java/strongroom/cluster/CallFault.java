package strongroom.cluster;

import java.io.IOException;

/** A call that has no answer. Tells whether the other node may have seen it. */
public final class CallFault extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean sent;

  CallFault(String message, boolean sent, Throwable cause) {
    super(message, cause);
    this.sent = sent;
  }

  /** Whether the other node may have done what it was asked for. */
  public boolean sent() {
    return sent;
  }
}
