package strongroom.http;

import java.util.List;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Hands a request to the handler of the listener that it came in by. */
final class ByListener extends Handler.Abstract.NonBlocking {
  private final Connector[] connectors;
  private final DialectHandler[] handlers;

  ByListener(List<strongroom.http.Listener> listeners) {
    connectors =
        listeners.stream().map(strongroom.http.Listener::connector).toArray(Connector[]::new);
    handlers =
        listeners.stream().map(strongroom.http.Listener::handler).toArray(DialectHandler[]::new);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a connector is itself only
  public boolean handle(Request request, Response response, Callback callback) {
    Connector connector = request.getConnectionMetaData().getConnector();
    for (int i = 0; i < connectors.length; i++) {
      if (connectors[i] == connector) {
        return handlers[i].handle(request, response, callback);
      }
    }
    return false;
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
