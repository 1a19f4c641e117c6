package strongroom.request;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.Handler;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Request;
import strongroom.mount.Route;

/**
 * Where a request goes.
 *
 * @param endpoint what answers
 * @param parameters the parts of the path that its pattern names
 * @param route the mount; empty for the node's own endpoints while no mount exists
 */
record Target(Endpoint endpoint, Map<String, String> parameters, Optional<Route> route) {
  private static final Call.Mount NODE =
      new Call.Mount("sys/", "system_node", "system", Map.of(), Duration.ZERO, Duration.ZERO);

  Call.Mount mount() {
    return route.map(Route::mount).orElse(NODE);
  }

  /** Whether the endpoint can do {@code operation}; a create where updates are answered too. */
  Handler handler(Request request) {
    Operation operation = request.operation();
    Handler handler = endpoint.handlers().get(operation);
    if (handler == null && operation == Operation.CREATE) {
      handler = endpoint.handlers().get(Operation.UPDATE);
    }
    if (handler == null && operation == Operation.UPDATE) {
      handler = endpoint.handlers().get(Operation.CREATE);
    }
    if (handler == null) {
      throw Refusal.unsupported();
    }
    return handler;
  }
}
