package strongroom.http;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;
import strongroom.logical.Client;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.RequestHandler;

/** Turns one listener's requests into the words of the pipeline. Never blocks. */
final class DialectHandler extends Handler.Abstract.NonBlocking {
  private final RequestHandler handler;
  private final HttpSettings.Limits limits;
  private final Clients clients;

  DialectHandler(
      RequestHandler handler, HttpSettings.Limits limits, HttpSettings.Forwarded forwarded) {
    this.handler = handler;
    this.limits = limits;
    this.clients = new Clients(forwarded);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Answer answer = new Answer(response, callback, limits.customHeaders());
    String id = RequestIds.next();
    try {
      accept(id, request, answer);
    } catch (RefusedException e) {
      answer.refuse(id, e.refusal());
    }
    return true;
  }

  private void accept(String id, Request request, Answer answer) {
    String query = request.getHttpURI().getQuery();
    Query parameters = new Query(query == null ? "" : query);
    Operation operation = Dialect.operation(request.getMethod(), parameters);
    String path = Dialect.path(request);
    Dialect.checkNamespace(request.getHeaders());
    checkRequestHeader(request);
    if (!Dialect.takesBody(operation)) {
      hand(id, request, answer, operation, path, parameters.toBody());
      return;
    }
    Dialect.checkMediaType(operation, request.getHeaders());
    long length = request.getLength();
    if (length > limits.requestBodyBytesMax()) {
      throw tooLarge();
    }
    if (length == 0) {
      hand(id, request, answer, operation, path, JsonObject.EMPTY);
      return;
    }
    read(id, request, answer, operation, path);
  }

  /** Reads the body as it comes in; no thread waits for it. */
  private void read(String id, Request request, Answer answer, Operation operation, String path) {
    int bytesMax = (int) Math.min(limits.requestBodyBytesMax(), Integer.MAX_VALUE - 8);
    Content.Source.asByteArrayAsync(
        request,
        bytesMax,
        Promise.Invocable.from(
            InvocationType.NON_BLOCKING,
            (bytes, failure) -> {
              try {
                if (failure != null) {
                  throw new RefusedException(refusal(failure));
                }
                hand(id, request, answer, operation, path, Dialect.body(bytes));
              } catch (RefusedException e) {
                answer.refuse(id, e.refusal());
              }
            }));
  }

  private Refusal refusal(Throwable failure) {
    Throwable cause = failure;
    while (cause != null) {
      if (cause instanceof IllegalStateException) {
        return tooLarge().refusal();
      }
      if (cause instanceof HttpException bad) {
        return bad.getCode() == HttpStatus.PAYLOAD_TOO_LARGE_413
            ? tooLarge().refusal()
            : new Refusal.Invalid(List.of("the body could not be read: " + bad.getReason()));
      }
      cause = cause.getCause();
    }
    return new Refusal.Invalid(List.of("the body did not come in whole, or not in time"));
  }

  private RefusedException tooLarge() {
    return Refusal.tooLarge(
        "the body is larger than "
            + limits.requestBodyBytesMax()
            + " bytes (max_request_size of the listener)");
  }

  private void checkRequestHeader(Request request) {
    if (limits.requireRequestHeader()
        && !"true".equals(request.getHeaders().get("X-Vault-Request"))) {
      throw new RefusedException(
          new Refusal.Precondition(List.of("missing 'X-Vault-Request' header")));
    }
  }

  private void hand(
      String id,
      Request request,
      Answer answer,
      Operation operation,
      String path,
      JsonObject body) {
    Client client = clients.of(request);
    handler.handle(
        new strongroom.logical.Request(
            id,
            operation,
            path,
            body,
            Dialect.token(request.getHeaders()),
            client,
            Dialect.wrapTtl(request.getHeaders())),
        answer::give);
    if (!answer.isGiven()) {
      answer.endedBy(
          request
              .getComponents()
              .getScheduler()
              .schedule(
                  () ->
                      answer.refuse(
                          id,
                          new Refusal.Unavailable(
                              List.of(
                                  "no answer within "
                                      + limits.requestDuration().toSeconds()
                                      + " s (max_request_duration); what was asked may still be"
                                      + " done"))),
                  limits.requestDuration().toMillis(),
                  TimeUnit.MILLISECONDS));
    }
  }

  @Override
  public Invocable.InvocationType getInvocationType() {
    return Invocable.InvocationType.NON_BLOCKING;
  }
}
