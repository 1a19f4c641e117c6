package strongroom.request;

import strongroom.logical.Reply;
import strongroom.logical.Request;

/**
 * What records requests. The pipeline calls it before a reply leaves; where it throws, the client
 * gets a refusal instead of the reply.
 */
@FunctionalInterface
public interface AuditSink {
  /** Records nothing: no audit device is enabled. */
  AuditSink NONE = (request, reply) -> {};

  /** Stores the record of {@code request} and {@code reply}, or throws. */
  void record(Request request, Reply reply);
}
