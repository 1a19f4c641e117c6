package strongroom.request;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.audit.AuditSink;
import strongroom.engine.Endpoint;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.logical.RequestHandler;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.NotInMemoryException;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Storage;
import strongroom.storage.Transaction;

/**
 * Takes requests through their stages: are they too many, may this node answer, what answers, who
 * asks, may they, do it, wrap it, commit it, record it.
 *
 * <p>A read that memory can answer is answered on the calling thread. What may block (a write, a
 * read of the disk, a list, a counted token, wrapping, an endpoint that says so) runs on a virtual
 * thread, of which there are at most {@link #IN_FLIGHT_MAX}.
 *
 * <p>Where an audit device is enabled, nothing is done before a device has the request's record,
 * and no answer leaves before a device has the answer's. A read of memory, which changes nothing,
 * is done at once and both its records are stored together.
 */
public final class Pipeline implements RequestHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

  /** How many requests may be on virtual threads; more are told to try again. */
  static final int IN_FLIGHT_MAX = 4096;

  private static final long CLOSE_SECONDS_MAX = 20;

  private static final InMemoryStorage NOTHING = new InMemoryStorage();

  private final Admission admission;
  private final Execution execution;
  private final AuditSink audit;
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore places = new Semaphore(IN_FLIGHT_MAX);
  private final InFlight inFlight;

  /** What exists while unsealed; null otherwise. Written by the node's own thread. */
  private volatile @Nullable Active active;

  /**
   * Answers nothing but {@code nodeEndpoints} until {@link #publish} is called.
   *
   * @param nodeEndpoints what the node answers below {@code sys/} in every state, and what it
   *     answers before mounts are asked; the pipeline adds {@code in-flight-req}
   */
  public Pipeline(List<Endpoint> nodeEndpoints, Gate gate, Clock clock, AuditSink audit) {
    inFlight = new InFlight(clock);
    List<Endpoint> own = new ArrayList<>(nodeEndpoints);
    own.add(inFlight.endpoint());
    admission = new Admission(own, gate);
    execution = new Execution(clock);
    this.audit = audit;
  }

  /** What the node answers below {@code sys/} by itself. */
  public List<Endpoint> nodeEndpoints() {
    return admission.nodeEndpoints();
  }

  /** Answers requests with {@code parts} from now on. */
  public void publish(Active parts) {
    active = parts;
  }

  /** Refuses requests from now on, but for those that answer in every state. */
  public void withdraw() {
    active = null;
  }

  @Override
  public void handle(Request request, Consumer<Reply> reply) {
    Active parts = active;
    if (parts == null || !parts.quotas().any()) {
      serve(request, parts, reply);
      return;
    }
    Throttle throttle = Throttle.of(request, parts);
    Consumer<Reply> told = throttle.telling(reply);
    if (throttle.allows()) {
      serve(request, parts, told);
    } else {
      Trail trail = throttle.recorded() && audit.on() ? new Trail(audit, request) : null;
      Exchange exchange = new Exchange(request, told, trail);
      finish(exchange, exchange.refused(throttle.refusal(request)));
    }
  }

  private void serve(Request request, @Nullable Active parts, Consumer<Reply> reply) {
    Trail trail = parts != null && audit.on() ? new Trail(audit, request) : null;
    Exchange exchange = new Exchange(request, reply, trail);
    Asked asked = null;
    Reply result;
    try {
      ReadableStorage memory = parts == null ? NOTHING : parts.barrier().inMemory();
      asked = admission.ask(request, parts, trail, memory);
      if (!asked.readsMemory()) {
        handRun(exchange, asked);
        return;
      }
      result = execution.run(asked, Transaction.reading(memory));
    } catch (NotInMemoryException e) {
      // Nothing was done yet but reading, so it may be done again where it can wait.
      if (asked == null) {
        hand(
            exchange,
            Optional.empty(),
            () -> runWaiting(admission.ask(request, parts, trail, storage(parts))));
      } else {
        handRun(exchange, asked);
      }
      return;
    } catch (RuntimeException | Error e) {
      result = Failures.reply(request, e);
    }
    finish(exchange, result);
  }

  /** A request, who waits for its reply, and its trail; null where nothing is recorded. */
  private record Exchange(Request request, Consumer<Reply> reply, @Nullable Trail trail) {
    Reply refused(Refusal refusal) {
      return new Reply.Refused(request.id(), refusal);
    }
  }

  private void handRun(Exchange exchange, Asked asked) {
    hand(exchange, Optional.of(asked.caller()), () -> runWaiting(asked));
  }

  private Reply runWaiting(Asked asked) {
    if (asked.trail() != null) {
      asked.trail().mayWait();
    }
    return execution.run(asked, new Transaction(storage(asked.parts())));
  }

  private static Storage storage(@Nullable Active parts) {
    return parts == null ? NOTHING : parts.barrier();
  }

  private void hand(Exchange exchange, Optional<Caller> caller, Supplier<Reply> work) {
    if (!places.tryAcquire()) {
      Refusal refusal =
          new Refusal.TooMany(
              List.of(
                  "the server has " + IN_FLIGHT_MAX + " requests under way; try again shortly"));
      finish(exchange, exchange.refused(refusal));
      return;
    }
    inFlight.begin(exchange.request(), caller);
    try {
      blocking.execute(
          () -> {
            try {
              answer(exchange, work);
            } finally {
              leave(exchange);
            }
          });
    } catch (RejectedExecutionException e) {
      leave(exchange);
      Refusal refusal = new Refusal.Unavailable(List.of("the server is ending"));
      finish(exchange, exchange.refused(refusal));
    }
  }

  private void leave(Exchange exchange) {
    inFlight.end(exchange.request());
    places.release();
  }

  private void answer(Exchange exchange, Supplier<Reply> work) {
    Reply result;
    try {
      result = work.get();
    } catch (RuntimeException | Error e) {
      result = Failures.reply(exchange.request(), e);
    }
    finish(exchange, result);
  }

  private void finish(Exchange exchange, Reply result) {
    Trail trail = exchange.trail();
    if (trail == null || trail.givenUp()) {
      exchange.reply().accept(result);
      return;
    }
    try {
      audit.end(
          trail.subject(), result, trail.stage(), stored -> release(exchange, result, stored));
    } catch (RuntimeException | Error e) {
      LOG.error("request {} could not be recorded", exchange.request().id(), e);
      exchange.reply().accept(exchange.refused(Trail.UNRECORDED));
    }
  }

  /** Answers on a thread of its own: it is the device's that calls, and others wait for it. */
  private void release(Exchange exchange, Reply result, boolean stored) {
    Reply told = stored ? result : exchange.refused(Trail.UNRECORDED);
    try {
      blocking.execute(() -> exchange.reply().accept(told));
    } catch (RejectedExecutionException e) {
      exchange.reply().accept(told);
    }
  }

  /** Lets requests under way end, for a bounded time. */
  @Override
  public void close() {
    withdraw();
    blocking.shutdown();
    try {
      if (!blocking.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
        LOG.warn("some requests did not end within {} s", CLOSE_SECONDS_MAX);
        blocking.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
