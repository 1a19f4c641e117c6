package strongroom.ceremony;

import org.jspecify.annotations.Nullable;

/** What should be an entry, a head or a key of the ceremony record is none. */
public final class CeremonyFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  CeremonyFault(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
