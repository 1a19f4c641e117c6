package strongroom.http;

import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * What is wrong before a request reaches the dialect (a malformed head, headers that are too
 * large), told in the shape that clients know. What the client sent is not repeated.
 */
final class JsonErrors extends ErrorHandler {
  private static final AnswerHeaders HEADERS = new AnswerHeaders(Map.of());

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus() < 400 ? 500 : response.getStatus();
    response.setStatus(status);
    HEADERS.addTo(response.getHeaders(), status);
    AnswerBuffer out = new AnswerBuffer(request.getComponents().getByteBufferPool());
    Envelope.errors(List.of(message(status)), out);
    response.getHeaders().put(AnswerHeaders.JSON);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, out.length());
    response.write(true, out.toRead(), Callback.from(out::release, callback));
    return true;
  }

  private static String message(int status) {
    return switch (status) {
      case 400 ->
          "the request is not well-formed HTTP/1.1: its first line, a header or the length of its"
              + " body is wrong or can be read in two ways (RFC 9112)";
      case 408 -> "the request took too long to come in";
      case 413 -> "the body is too large";
      case 414 -> "the request's first line is too long";
      case 417 -> "the only expectation that is met is 100-continue";
      case 426 -> "this version of HTTP is not spoken here; use HTTP/1.1";
      case 431 -> "the request's headers are too large";
      case 503 -> "the server is ending or has too much to do; try again";
      case 505 -> "this version of HTTP is not spoken here; use HTTP/1.1";
      default ->
          status < 500
              ? "the request cannot be answered"
              : "the server failed to answer; its log says why";
    };
  }
}
