package strongroom.audit;

import java.util.function.Consumer;
import strongroom.logical.Reply;

/**
 * What records requests. The pipeline asks it before a request is done and before its reply leaves,
 * and goes on only where it says so.
 */
public interface AuditSink {
  /** Records nothing: there is no device. */
  AuditSink NONE =
      new AuditSink() {
        @Override
        public boolean on() {
          return false;
        }

        @Override
        public boolean begin(Subject subject) {
          return true;
        }

        @Override
        public void end(Subject subject, Reply reply, Stage stage, Consumer<Boolean> outcome) {
          outcome.accept(true);
        }
      };

  /** How far a request has come. */
  enum Stage {
    /** It may not be done, or it is not known yet whether it may. */
    ASKED,
    /** It may be done, and no device has its record yet. */
    ADMITTED,
    /** A device has its record. */
    RECORDED
  }

  /** Whether there is any device, so that requests must be recorded. Reads memory only. */
  boolean on();

  /**
   * Stores the record of a request that is about to be done. Blocks for a bounded time: call it
   * from a virtual thread.
   *
   * @return whether a device has it; where not, the request must not be done
   */
  boolean begin(Subject subject);

  /**
   * Stores the record of {@code reply}, and that of the request itself where {@code stage} says
   * that no device has it yet, and then calls {@code outcome} once, from any thread: whether the
   * reply may leave. Never blocks.
   */
  void end(Subject subject, Reply reply, Stage stage, Consumer<Boolean> outcome);
}
