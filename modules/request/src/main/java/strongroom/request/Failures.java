package strongroom.request;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.storage.StorageFault;

/**
 * What a client is told when a request fails. A refusal goes as it is; of a fault the client learns
 * what it can do, and the log the rest.
 */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static Reply reply(Request request, Throwable failure) {
    return new Reply.Refused(request.id(), refusal(request, failure));
  }

  private static Refusal refusal(Request request, Throwable failure) {
    return switch (failure) {
      case RefusedException refused -> refused.refusal();
      case StorageFault.Full full -> {
        LOG.warn("request {}: {}", request.id(), full.getMessage());
        yield new Refusal.Unavailable(
            List.of(
                "the disk is full: nothing was written. Reads go on; writes will, once there is"
                    + " room"));
      }
      case StorageFault.TooLarge large ->
          new Refusal.TooLarge(List.of(String.valueOf(large.getMessage())));
      case StorageFault.Unavailable away -> {
        LOG.warn("request {}: {}", request.id(), away.getMessage());
        yield new Refusal.Unavailable(
            List.of("storage is not to be had just now; nothing was written; try again"));
      }
      case StorageFault.OutcomeUnknown unknown -> {
        LOG.warn("request {}: {}", request.id(), unknown.getMessage());
        yield new Refusal.Faulted(
            List.of("the commit was cut off: the write may have taken effect or not; read to see"));
      }
      case StorageFault.Damaged damaged -> {
        LOG.error("request {}: {}", request.id(), damaged.getMessage(), damaged);
        yield new Refusal.Faulted(
            List.of(
                "what is stored there is damaged and is not served; the server's log names it"
                    + " under request "
                    + request.id()));
      }
      default -> {
        LOG.error("request {} ({}) failed", request.id(), request.operation(), failure);
        yield new Refusal.Faulted(
            List.of("internal error; the server's log has it under request " + request.id()));
      }
    };
  }
}
