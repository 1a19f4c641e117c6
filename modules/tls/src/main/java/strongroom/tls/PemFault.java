package strongroom.tls;

import org.jspecify.annotations.Nullable;

/**
 * A key or certificate cannot be read or used; the message says which and why, never its content.
 */
public final class PemFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  PemFault(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
