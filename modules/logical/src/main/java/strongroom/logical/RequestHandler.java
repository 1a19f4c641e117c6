package strongroom.logical;

import java.util.function.Consumer;

/** What the HTTP dialect hands requests to: the pipeline, or a fake in tests. */
@FunctionalInterface
public interface RequestHandler {
  /**
   * Answers {@code request} by calling {@code reply} exactly once: before this returns where memory
   * alone can answer, and from a virtual thread where something may block. Never throws, and never
   * blocks the calling thread.
   */
  void handle(Request request, Consumer<Reply> reply);
}
