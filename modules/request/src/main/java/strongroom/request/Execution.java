package strongroom.request;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.EngineStorage;
import strongroom.engine.Handler;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.logical.Response;
import strongroom.policy.Acl;
import strongroom.storage.Transaction;
import strongroom.token.TokenEntry;

/** The last stages of a request: may they, do it, wrap it, commit it. */
record Execution(Clock clock) {
  /** Does what is asked, and closes {@code transaction}. */
  Reply run(Asked asked, Transaction transaction) {
    Request request = asked.request();
    Target target = asked.target();
    Caller caller = asked.caller();
    Active parts = asked.parts();
    try (transaction) {
      Optional<TokenEntry> used = use(transaction, request, caller, parts);
      Response response;
      try {
        response = done(asked, transaction);
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

  private static Optional<TokenEntry> use(
      Transaction transaction, Request request, Caller caller, @Nullable Active parts) {
    if (parts == null || !caller.counted() || unwrapsItself(request, parts)) {
      return Optional.empty();
    }
    return Optional.of(
        parts
            .tokens()
            .use(transaction, caller.token().orElseThrow())
            .orElseThrow(() -> Admission.noToken(request, parts, parts.barrier())));
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

  private Response done(Asked asked, Transaction transaction) {
    Request request = asked.request();
    Target target = asked.target();
    Caller caller = asked.caller();
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
    if (asked.trail() != null) {
      asked.trail().admitted(exact);
    }
    if (operation == Operation.HELP) {
      return Help.of(target.endpoint(), request.path());
    }
    Handler handler = target.handler(exact);
    Call exactCall =
        operation == request.operation()
            ? call
            : new Call(
                exact, call.parameters(), call.caller(), call.mount(), call.storage(), call.now());
    return wrapped(request, handler.handle(exactCall), transaction, asked.parts());
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
}
