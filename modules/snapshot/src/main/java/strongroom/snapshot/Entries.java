package strongroom.snapshot;

import java.io.IOException;

/** Takes the entries of a state one by one, in the order of their keys. */
@FunctionalInterface
public interface Entries {
  /** One entry: its key in UTF-8, and its value as it is stored. */
  void entry(byte[] key, byte[] value) throws IOException;

  /** What gives the entries of one state, the same ones each time. */
  @FunctionalInterface
  interface Source {
    /** Hands every entry to {@code to}. */
    void each(Entries to) throws IOException;
  }
}
