package strongroom.http;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.RequestHandler;
import strongroom.logical.StreamedPaths;

/** Turns one listener's requests into the words of the pipeline. Never blocks. */
final class DialectHandler extends Handler.Abstract.NonBlocking {
  /** A larger body would keep other connections waiting while it is parsed. */
  private static final int PARSED_HERE_BYTES_MAX = 64 * 1024;

  private static final HttpField ALLOW = new PreEncodedHttpField(HttpHeader.ALLOW, Dialect.METHODS);

  private final RequestHandler handler;
  private final HttpSettings.Limits limits;
  private final ForwardedFor forwardedFor;
  private final BodyBudget budget;
  private final Answer.Shared shared;

  DialectHandler(
      RequestHandler handler,
      HttpSettings.Limits limits,
      HttpSettings.Forwarded forwarded,
      BodyBudget budget,
      LongAdder underWay) {
    this.handler = handler;
    this.limits = limits;
    this.budget = budget;
    forwardedFor = new ForwardedFor(forwarded, limits);
    shared = new Answer.Shared(new AnswerHeaders(limits.customHeaders()), limits, underWay);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Answer answer = new Answer(request, response, callback, shared);
    String id = RequestIds.next();
    try {
      accept(id, request, answer);
    } catch (RefusedException e) {
      answer.refuse(id, e.refusal());
    } catch (RuntimeException | Error e) {
      answer.broken(e);
    }
    return true;
  }

  private void accept(String id, Request request, Answer answer) {
    if (HttpMethod.OPTIONS.is(request.getMethod())) {
      answer.bare(204, ALLOW);
      return;
    }
    if (request.getHttpURI().getFragment() != null) {
      // No request has one (RFC 9112); what stands before it is not what was meant.
      throw Refusal.invalid("the path has a \"#\"; send it as %23");
    }
    HttpFields headers = request.getHeaders();
    String query = request.getHttpURI().getQuery();
    Query parameters = query == null ? Query.NONE : Query.parse(query);
    String raw = request.getHttpURI().getPath();
    String path = Dialect.path(raw == null ? "" : raw);
    Operation operation = Dialect.operation(request.getMethod(), parameters);
    Dialect.checkNamespace(headers);
    if (limits.requireRequestHeader()) {
      Dialect.checkRequestHeader(headers);
    }
    if (!Dialect.takesBody(operation, request)) {
      hand(id, request, answer, operation, path, parameters.toBody());
      return;
    }
    if (operation == Operation.UPDATE && StreamedPaths.has(path)) {
      UploadedBody body = new UploadedBody(answer, limits.times());
      answer.follows(body);
      handler.handle(
          new strongroom.logical.Request(
              id,
              operation,
              path,
              JsonObject.EMPTY,
              Dialect.token(headers),
              forwardedFor.client(request),
              Dialect.wrapTtl(headers),
              Optional.of(body)),
          answer);
      return;
    }
    Dialect.checkMediaType(operation, headers);
    if (request.getLength() == 0) {
      hand(id, request, answer, operation, path, JsonObject.EMPTY);
      return;
    }
    new BodyReader(
            answer,
            limits,
            budget.share(),
            body -> parse(id, request, answer, operation, path, body))
        .start();
  }

  private void parse(
      String id, Request request, Answer answer, Operation operation, String path, byte[] body) {
    if (body.length > PARSED_HERE_BYTES_MAX) {
      Thread.startVirtualThread(() -> parseAndHand(id, request, answer, operation, path, body));
    } else {
      parseAndHand(id, request, answer, operation, path, body);
    }
  }

  private void parseAndHand(
      String id, Request request, Answer answer, Operation operation, String path, byte[] body) {
    try {
      hand(
          id,
          request,
          answer,
          operation,
          path,
          Dialect.body(body, request.getHeaders(), limits.json()));
    } catch (RefusedException e) {
      answer.refuse(id, e.refusal());
    } catch (RuntimeException | Error e) {
      answer.broken(e);
    }
  }

  private void hand(
      String id,
      Request request,
      Answer answer,
      Operation operation,
      String path,
      JsonObject body) {
    HttpFields headers = request.getHeaders();
    handler.handle(
        new strongroom.logical.Request(
            id,
            operation,
            path,
            body,
            Dialect.token(headers),
            forwardedFor.client(request),
            Dialect.wrapTtl(headers)),
        answer);
    if (!answer.isGiven()) {
      answer.expectReply(id);
    }
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
