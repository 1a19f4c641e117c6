package strongroom.http;

import org.jspecify.annotations.Nullable;

/**
 * A listener could not be opened or its certificates not be read; the message says which and why.
 */
public final class HttpFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  HttpFault(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
