package strongroom.logical;

import java.io.InputStream;

/** A body that is a file of any size: read as it comes, and by whoever may. */
@FunctionalInterface
public interface Upload {
  /**
   * The file's bytes. Reading blocks while the client sends nothing, for a bounded time; call it
   * from a virtual thread.
   */
  InputStream open();
}
