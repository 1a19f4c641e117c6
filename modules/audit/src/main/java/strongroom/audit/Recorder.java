package strongroom.audit;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.audit.AuditSink.Stage;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.Response;

/** Makes the records of a request for each device, since each has a salt of its own. */
record Recorder(Clock clock) {
  private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

  /** Paths that are not recorded: those that tell and change the node's state, as in Vault. */
  private static final Set<String> SILENT =
      Set.of(
          "sys/init",
          "sys/seal-status",
          "sys/unseal",
          "sys/leader",
          "sys/health",
          "sys/step-down",
          "sys/storage/raft/bootstrap",
          "sys/storage/raft/join");

  /** Recorded where a device takes it, and done in any case: an operator can always seal. */
  private static final String SEAL = "sys/seal";

  /**
   * What a request came to.
   *
   * @param stage how far it came
   */
  record Answer(Subject subject, Reply reply, Stage stage) {}

  /** Stores the record of a request that is about to be done; whether a device has it. */
  boolean begin(List<Device> devices, Map<String, AuditedHeader> headers, Subject subject) {
    String path = subject.request().path();
    if (SILENT.contains(path)) {
      return true;
    }
    Instant now = clock.instant();
    Entries entries = device -> List.of(device.format().request(subject, now, "", headers));
    if (path.equals(SEAL)) {
      submit(devices, entries, stored -> {});
      return true;
    }
    Waiting waiting = new Waiting();
    submit(devices, entries, waiting);
    return waiting.await();
  }

  /** Waits for what devices say: each does within its time limit, which the watcher sees to. */
  private static final class Waiting implements Consumer<Boolean> {
    private static final long SECONDS_MAX = 120;
    private final CountDownLatch told = new CountDownLatch(1);
    private volatile boolean stored;

    @Override
    public void accept(Boolean outcome) {
      stored = outcome;
      told.countDown();
    }

    boolean await() {
      try {
        return told.await(SECONDS_MAX, TimeUnit.SECONDS) && stored;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  /** Stores the record of an answer, and tells {@code outcome} once whether a device has it. */
  void end(
      List<Device> devices,
      Map<String, AuditedHeader> headers,
      Answer answer,
      Consumer<Boolean> outcome) {
    Subject subject = answer.subject();
    String path = subject.request().path();
    if (SILENT.contains(path) || path.equals(SEAL)) {
      outcome.accept(true);
      return;
    }
    Instant now = clock.instant();
    String error = error(answer.reply());
    String requestError = answer.stage() == Stage.ASKED ? error : "";
    Optional<Response> response = response(answer.reply());
    submit(
        devices,
        device -> {
          EntryFormat format = device.format();
          byte[] last = format.response(subject, now, response, error, headers);
          return answer.stage() == Stage.RECORDED
              ? List.of(last)
              : List.of(format.request(subject, now, requestError, headers), last);
        },
        outcome);
  }

  private static String error(Reply reply) {
    return switch (reply) {
      case Reply.Done _ -> "";
      case Reply.Refused(String _, Refusal refusal) -> String.join("; ", refusal.errors());
      case Reply.Counted(Reply counted, Reply.Rate _) -> error(counted);
    };
  }

  private static Optional<Response> response(Reply reply) {
    return switch (reply) {
      case Reply.Done(String _, String _, Response response) -> Optional.of(response);
      case Reply.Refused(String _, Refusal.NotFound(List<String> _, Optional<Response> answer)) ->
          answer;
      case Reply.Refused _ -> Optional.empty();
      case Reply.Counted(Reply counted, Reply.Rate _) -> response(counted);
    };
  }

  /** The entries of one record as a device has them. */
  @FunctionalInterface
  private interface Entries {
    List<byte[]> of(Device device);
  }

  private static void submit(List<Device> all, Entries entries, Consumer<Boolean> outcome) {
    if (all.isEmpty()) {
      outcome.accept(true);
      return;
    }
    Ticket ticket = new Ticket(all.size(), outcome);
    for (Device device : all) {
      List<byte[]> mine;
      try {
        mine = entries.of(device);
      } catch (RuntimeException e) {
        LOG.error("a record for the audit device {} cannot be made", device.entry().path(), e);
        ticket.failed();
        continue;
      }
      device.submit(mine, ticket);
    }
  }
}
