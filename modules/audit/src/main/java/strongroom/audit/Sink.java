package strongroom.audit;

import java.io.IOException;
import java.util.List;

/**
 * What a device writes to. One thread writes; {@link #reopen} is called by the same thread, {@link
 * #abort} by any.
 */
interface Sink extends AutoCloseable {
  /** Opens what is written to; throws where that is not to be had now. */
  void open() throws IOException;

  /** Writes all of {@code lines}, each with its line end, or throws. Opens where it is not open. */
  void write(List<byte[]> lines) throws IOException;

  /** Closes and opens again. */
  default void reopen() throws IOException {
    close();
    open();
  }

  /** The last line that is there already, without its line end; empty text where there is none. */
  default String lastLine() throws IOException {
    return "";
  }

  /** Makes a write that hangs end, where that can be done. */
  void abort();

  @Override
  void close() throws IOException;
}
