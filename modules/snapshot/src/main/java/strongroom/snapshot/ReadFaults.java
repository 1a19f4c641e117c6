package strongroom.snapshot;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells a source that cannot be read, and a taker of entries that fails, from a snapshot that is
 * not what it should be: all three come as the same kind of exception.
 */
final class ReadFaults extends FilterInputStream {
  private @Nullable IOException fault;

  ReadFaults(InputStream in) {
    super(in);
  }

  /** What a taker of entries failed with. */
  static final class Taken extends IOException {
    private static final long serialVersionUID = 1;
    private final IOException fault;

    Taken(IOException fault) {
      super(fault);
      this.fault = fault;
    }

    IOException of() {
      return fault;
    }
  }

  /** {@code to}, whose faults can be told from others. */
  static Entries told(Entries to) {
    return (key, value) -> {
      try {
        to.entry(key, value);
      } catch (IOException e) {
        throw new Taken(e);
      }
    };
  }

  /** Throws what the source failed with, where it did. */
  void rethrow() throws IOException {
    IOException known = fault;
    if (known != null) {
      throw known;
    }
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException e) {
      fault = e;
      throw e;
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return super.read(bytes, offset, length);
    } catch (IOException e) {
      fault = e;
      throw e;
    }
  }
}
