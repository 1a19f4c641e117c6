package strongroom.token;

import java.util.Locale;

/** What kind of token. */
public enum TokenType {
  /** Stored; can be renewed, revoked and have children. Starts with {@code hvs.} */
  SERVICE,
  /** Not stored: its content travels in it, encrypted. Starts with {@code hvb.} */
  BATCH;

  /** The word in requests and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
