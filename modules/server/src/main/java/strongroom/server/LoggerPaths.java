package strongroom.server;

import java.util.List;
import java.util.Map;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/**
 * {@code sys/loggers}: how much each part of this node logs, until it is started again or told to
 * read its configuration. A part is a module, such as {@code hsm} or {@code storage.raft}. What
 * libraries log is not changed by it.
 *
 * <p>Source: Vault's page of {@code sys/loggers}.
 */
final class LoggerPaths {
  private LoggerPaths() {}

  static List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("loggers", "The levels that the parts of this node log at.")
            .field("level", "string", "trace, debug, info, warn or error.")
            .on(Operation.READ, call -> told(Logs.levels()))
            .onWrite(
                call -> {
                  Logs.changeAll(level(call));
                  return Response.done();
                })
            .on(
                Operation.DELETE,
                call -> {
                  Logs.revertAll();
                  return Response.done();
                })
            .build(),
        Endpoint.at("loggers/{name}", "The level that one part of this node logs at.")
            .field("level", "string", "trace, debug, info, warn or error.")
            .on(Operation.READ, call -> told(Map.of(part(call), Logs.levels().get(part(call)))))
            .onWrite(
                call -> {
                  Logs.change(part(call), level(call));
                  return Response.done();
                })
            .on(
                Operation.DELETE,
                call -> {
                  Logs.revert(part(call));
                  return Response.done();
                })
            .build());
  }

  private static Response told(Map<String, String> levels) {
    JsonObject.Builder all = JsonObject.builder();
    levels.forEach(all::put);
    return Response.of(all.build());
  }

  private static String part(Call call) {
    String name = call.parameter("name");
    if (!Logs.levels().containsKey(name)) {
      throw Refusal.notFound(
          "no logger has this name; there are: " + String.join(", ", Logs.levels().keySet()));
    }
    return name;
  }

  private static String level(Call call) {
    return call.fields()
        .nonEmptyString("level")
        .filter(Logs::isLevel)
        .orElseThrow(() -> Refusal.invalid("level is one of trace, debug, info, warn, error"));
  }
}
