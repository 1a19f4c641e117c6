package strongroom.request;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import strongroom.audit.AuditSink;
import strongroom.audit.Subject;
import strongroom.logical.Reply;

/** Keeps what it is given, unless it is told to fail. */
final class RecordedRequests implements AuditSink {
  /** A record of an answer. */
  record Ended(Subject subject, Reply reply, Stage stage) {}

  final Queue<Subject> begun = new ConcurrentLinkedQueue<>();
  final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  volatile boolean on = true;
  volatile boolean failsToBegin;
  volatile boolean failsToEnd;
  volatile boolean breaks;

  void clear() {
    begun.clear();
    ended.clear();
  }

  @Override
  public boolean on() {
    return on;
  }

  @Override
  public boolean begin(Subject subject) {
    begun.add(subject);
    return !failsToBegin;
  }

  @Override
  public void end(Subject subject, Reply reply, Stage stage, Consumer<Boolean> outcome) {
    if (breaks) {
      throw new IllegalStateException("the audit device is away");
    }
    ended.add(new Ended(subject, reply, stage));
    outcome.accept(!failsToEnd);
  }
}
