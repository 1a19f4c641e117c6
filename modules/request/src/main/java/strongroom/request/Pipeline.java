package strongroom.request;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.EndpointTable;
import strongroom.engine.EngineStorage;
import strongroom.engine.Handler;
import strongroom.logical.JsonString;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.logical.RequestHandler;
import strongroom.logical.Response;
import strongroom.mount.Route;
import strongroom.policy.Acl;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.NotInMemoryException;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Storage;
import strongroom.storage.Transaction;
import strongroom.token.TokenEntry;
import strongroom.token.WrappingStore;

/**
 * Takes requests through their stages: may this node answer, what answers, who asks, may they, do
 * it, wrap it, commit it, record it.
 *
 * <p>A read that memory can answer is answered on the calling thread. What may block (a write, a
 * read of the disk, a list, a counted token, wrapping, an endpoint that says so) runs on a virtual
 * thread, of which there are at most {@link #IN_FLIGHT_MAX}.
 */
public final class Pipeline implements RequestHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

  /** How many requests may be on virtual threads; more are told to try again. */
  static final int IN_FLIGHT_MAX = 4096;

  private static final String SYS = "sys/";
  private static final Set<String> UNWRAPPING =
      Set.of("sys/wrapping/unwrap", "sys/wrapping/rewrap");
  private static final long CLOSE_SECONDS_MAX = 20;

  private final EndpointTable nodeEndpoints;
  private final Gate gate;
  private final Clock clock;
  private final AuditSink audit;
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);

  /** What exists while unsealed; null otherwise. Written by the node's own thread. */
  private volatile @Nullable Active active;

  /**
   * Answers nothing but {@code nodeEndpoints} until {@link #publish} is called.
   *
   * @param nodeEndpoints what the node answers below {@code sys/} in every state, and what it
   *     answers before mounts are asked
   */
  public Pipeline(List<Endpoint> nodeEndpoints, Gate gate, Clock clock, AuditSink audit) {
    this.nodeEndpoints = new EndpointTable(nodeEndpoints);
    this.gate = gate;
    this.clock = clock;
    this.audit = audit;
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
    Asked asked = null;
    Reply result;
    try {
      ReadableStorage memory = parts == null ? NOTHING : parts.barrier().inMemory();
      asked = ask(request, parts, memory);
      if (!mayAnswerHere(asked)) {
        handRun(asked, reply);
        return;
      }
      result = run(asked, Transaction.reading(memory));
    } catch (NotInMemoryException e) {
      // Nothing was done yet but reading, so it may be done again where it can wait.
      if (asked == null) {
        hand(request, reply, () -> runWaiting(ask(request, parts, storage(parts))));
      } else {
        handRun(asked, reply);
      }
      return;
    } catch (RuntimeException | Error e) {
      result = Failures.reply(request, e);
    }
    finish(request, reply, result);
  }

  private void handRun(Asked asked, Consumer<Reply> reply) {
    hand(asked.request(), reply, () -> runWaiting(asked));
  }

  private Reply runWaiting(Asked asked) {
    return run(asked, new Transaction(storage(asked.parts())));
  }

  private static Storage storage(@Nullable Active parts) {
    return parts == null ? NOTHING : parts.barrier();
  }

  /** A request, and what is known of it before anything is done. */
  private record Asked(Request request, Target target, Caller caller, @Nullable Active parts) {}

  private Asked ask(Request request, @Nullable Active parts, ReadableStorage from) {
    Target target = target(request, parts, from);
    return new Asked(request, target, caller(request, target, parts, from), parts);
  }

  private static boolean mayAnswerHere(Asked asked) {
    return !asked.request().operation().writes()
        && asked.request().wrapTtl().isEmpty()
        && !asked.caller().counted()
        && !asked.target().endpoint().blocking();
  }

  private void hand(Request request, Consumer<Reply> reply, Work work) {
    if (!inFlight.tryAcquire()) {
      Refusal refusal =
          new Refusal.TooMany(
              List.of(
                  "the server has " + IN_FLIGHT_MAX + " requests under way; try again shortly"));
      finish(request, reply, new Reply.Refused(request.id(), refusal));
      return;
    }
    try {
      blocking.execute(
          () -> {
            try {
              answer(request, reply, work);
            } finally {
              inFlight.release();
            }
          });
    } catch (RejectedExecutionException e) {
      inFlight.release();
      Refusal refusal = new Refusal.Unavailable(List.of("the server is ending"));
      finish(request, reply, new Reply.Refused(request.id(), refusal));
    }
  }

  /** One request's way to its reply, where it may wait. */
  @FunctionalInterface
  private interface Work {
    Reply run();
  }

  private void answer(Request request, Consumer<Reply> reply, Work work) {
    Reply result;
    try {
      result = work.run();
    } catch (RuntimeException | Error e) {
      result = Failures.reply(request, e);
    }
    finish(request, reply, result);
  }

  private void finish(Request request, Consumer<Reply> reply, Reply result) {
    Reply told = result;
    try {
      audit.record(request, result);
    } catch (RuntimeException | Error e) {
      LOG.error("request {} could not be recorded and is not answered", request.id(), e);
      told =
          new Reply.Refused(
              request.id(), new Refusal.Faulted(List.of("the request could not be recorded")));
    }
    reply.accept(told);
  }

  private Target target(Request request, @Nullable Active parts, ReadableStorage from) {
    String path = request.path();
    if (path.startsWith(SYS)) {
      Optional<EndpointTable.Match> match = nodeEndpoints.find(path.substring(SYS.length()));
      if (match.isPresent() && (parts != null || match.get().endpoint().whenSealed())) {
        Optional<Route> route = parts == null ? Optional.empty() : parts.mounts().route(SYS);
        return new Target(match.get().endpoint(), match.get().parameters(), route);
      }
    }
    if (parts == null) {
      throw new RefusedException(gate.refusal());
    }
    Route route = parts.mounts().route(path).orElseThrow(() -> noRoute(request, parts, from));
    EndpointTable.Match match =
        route
            .endpoints()
            .find(route.relative(path))
            .orElseThrow(() -> noEndpoint(request, parts, from));
    return new Target(match.endpoint(), match.parameters(), Optional.of(route));
  }

  /** Who has no good token learns nothing of what is mounted. */
  private static RefusedException noRoute(Request request, Active parts, ReadableStorage from) {
    if (parts.tokens().lookup(request.token(), from).isEmpty()) {
      return Refusal.denied();
    }
    return Refusal.notFound(
        "no handler for route \"" + request.path() + "\". route entry not found.");
  }

  private static RefusedException noEndpoint(Request request, Active parts, ReadableStorage from) {
    if (parts.tokens().lookup(request.token(), from).isEmpty()) {
      return Refusal.denied();
    }
    return Refusal.notFound("unsupported path");
  }

  private Caller caller(
      Request request, Target target, @Nullable Active parts, ReadableStorage from) {
    boolean unauthenticated = target.endpoint().unauthenticated(request.client());
    if (unauthenticated || parts == null) {
      if (!unauthenticated) {
        throw new RefusedException(gate.refusal());
      }
      return new Caller(Optional.empty(), NOBODY);
    }
    TokenEntry token =
        parts
            .tokens()
            .lookup(request.token(), from)
            .orElseThrow(() -> noToken(request, parts, from));
    checkNetwork(request, token);
    return new Caller(Optional.of(token), parts.policies().aclFor(token.grant().policies()));
  }

  /**
   * Whose wrapping token is spent is told so, also where it came as the client's own token: that
   * somebody else has unwrapped the answer is what people must learn.
   */
  private static RefusedException noToken(Request request, Active parts, ReadableStorage from) {
    boolean unwraps = UNWRAPPING.contains(request.path());
    String wrapping =
        unwraps && request.body().member("token").orElse(null) instanceof JsonString(String text)
            ? text
            : request.token();
    return unwraps && !request.token().isEmpty() && !parts.wrapping().isWrapping(wrapping, from)
        ? WrappingStore.refusal()
        : Refusal.denied();
  }

  private static void checkNetwork(Request request, TokenEntry token) {
    if (!token.grant().boundCidrs().isEmpty()) {
      Optional<InetAddress> address = request.client().address();
      if (address.isEmpty() || !token.allows(address.get())) {
        throw Refusal.denied();
      }
    }
  }

  /** Does what is asked, and closes {@code transaction}. */
  private Reply run(Asked asked, Transaction transaction) {
    Request request = asked.request();
    Target target = asked.target();
    Caller caller = asked.caller();
    Active parts = asked.parts();
    try (transaction) {
      Optional<TokenEntry> used = use(transaction, request, caller, parts);
      Response response;
      try {
        response = done(request, target, caller, transaction, parts);
      } catch (RefusedException e) {
        // What was refused leaves nothing behind but the use of the token.
        transaction.rollback();
        settleUse(transaction, caller, used, parts);
        transaction.commit();
        throw e;
      }
      endUse(transaction, used, parts);
      transaction.commit();
      return new Reply.Done(request.id(), target.mount().type(), response);
    }
  }

  /** What a request without a token may do beyond endpoints that need none. */
  private static final Acl NOBODY = Acl.compile(List.of());

  private static final InMemoryStorage NOTHING = new InMemoryStorage();

  private static Optional<TokenEntry> use(
      Transaction transaction, Request request, Caller caller, @Nullable Active parts) {
    if (parts == null || !caller.counted() || unwrapsItself(request, parts)) {
      return Optional.empty();
    }
    return Optional.of(
        parts
            .tokens()
            .use(transaction, caller.token().orElseThrow())
            .orElseThrow(() -> noToken(request, parts, parts.barrier())));
  }

  /** A wrapping token's one use is the unwrapping, which counts it itself. */
  private static boolean unwrapsItself(Request request, Active parts) {
    return request.path().startsWith("sys/wrapping/")
        && parts.wrapping().isWrapping(request.token());
  }

  private static void settleUse(
      Transaction transaction, Caller caller, Optional<TokenEntry> used, @Nullable Active parts) {
    if (used.isPresent() && parts != null) {
      parts
          .tokens()
          .use(transaction, caller.token().orElseThrow())
          .ifPresent(entry -> endUse(transaction, Optional.of(entry), parts));
    }
  }

  private static void endUse(
      Transaction transaction, Optional<TokenEntry> used, @Nullable Active parts) {
    if (used.isPresent() && parts != null && parts.tokens().usedUp(used.get())) {
      parts.tokens().revokeTree(transaction, used.get());
    }
  }

  private Response done(
      Request request,
      Target target,
      Caller caller,
      Transaction transaction,
      @Nullable Active parts) {
    EngineStorage storage =
        target.route().map(route -> route.storage(transaction)).orElseGet(() -> new NoStorage());
    Call call =
        new Call(
            request,
            target.parameters(),
            caller.forEngine(),
            target.mount(),
            storage,
            clock.instant());
    Operation operation = operation(target.endpoint(), call, caller);
    Request exact = operation == request.operation() ? request : request.with(operation);
    authorize(exact, target.endpoint(), caller);
    if (operation == Operation.HELP) {
      return Help.of(target.endpoint(), request.path());
    }
    Handler handler = target.handler(exact);
    Call exactCall =
        operation == request.operation()
            ? call
            : new Call(
                exact, call.parameters(), call.caller(), call.mount(), call.storage(), call.now());
    return wrapped(request, handler.handle(exactCall), transaction, parts);
  }

  private static Operation operation(Endpoint endpoint, Call call, Caller caller) {
    if (call.operation() != Operation.UPDATE
        || endpoint.exists().isEmpty()
        // Whoever may do both or neither need not be told which it is, and storage is not asked.
        || (endpoint.createsAsItUpdates() && mayBothOrNeither(call.request(), endpoint, caller))) {
      return call.operation();
    }
    return endpoint.exists().get().test(call) ? Operation.UPDATE : Operation.CREATE;
  }

  private static boolean mayBothOrNeither(Request request, Endpoint endpoint, Caller caller) {
    Acl acl = caller.acl();
    return acl.root()
        || allows(acl, Operation.CREATE, request, endpoint)
            == allows(acl, Operation.UPDATE, request, endpoint);
  }

  private static boolean allows(Acl acl, Operation operation, Request request, Endpoint endpoint) {
    return acl.allows(
        operation, request.path(), request.body(), request.wrapTtl(), endpoint.sudo());
  }

  private static void authorize(Request request, Endpoint endpoint, Caller caller) {
    if (endpoint.unauthenticated(request.client())) {
      return;
    }
    if (!allows(caller.acl(), request.operation(), request, endpoint)) {
      throw Refusal.denied();
    }
  }

  private static Response wrapped(
      Request request, Response response, Transaction transaction, @Nullable Active parts) {
    Optional<Duration> ttl = request.wrapTtl().filter(t -> !t.isZero());
    boolean nothing = response.data().isEmpty() && response.auth().isEmpty();
    if (parts == null || ttl.isEmpty() || nothing || response.wrapping().isPresent()) {
      return response;
    }
    return parts.wrapping().wrap(transaction, response, ttl.get(), request.path());
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
