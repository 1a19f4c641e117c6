package strongroom.engine.cubbyhole;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.Engine;
import strongroom.logical.Json;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** Answers {@code cubbyhole/}: one value a key, in a folder of the caller's own token. */
public final class CubbyholeEngine implements Engine {
  private static final int PATH_LENGTH_MAX = 2048;
  private static final int PAGE = 1000;

  /** Holds nothing. */
  public CubbyholeEngine() {}

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("{path...}", "A secret of this token alone.")
            .field("path", "string", "Where the secret is.")
            .on(Operation.READ, this::read)
            .on(Operation.LIST, this::list)
            .onWrite(this::write)
            .on(Operation.DELETE, this::delete)
            .exists(call -> call.storage().get(key(call)).isPresent())
            .build());
  }

  private static String own(Call call) {
    Call.Caller caller = call.requireCaller();
    if (caller.accessor().isEmpty()) {
      throw Refusal.invalid("batch tokens have no cubbyhole");
    }
    return caller.tokenId() + "/";
  }

  private static String key(Call call) {
    String path = call.parameter("path");
    if (path.isEmpty() || path.endsWith("/")) {
      if (call.operation() == Operation.READ) {
        // A folder has no value of its own.
        throw Refusal.notFound();
      }
      throw Refusal.invalid("a path is missing, or has a slash at its end");
    }
    checkLength(path);
    return own(call) + path;
  }

  private static void checkLength(String path) {
    if (path.getBytes(StandardCharsets.UTF_8).length > PATH_LENGTH_MAX) {
      throw Refusal.invalid("a path has at most " + PATH_LENGTH_MAX + " bytes");
    }
  }

  private Response read(Call call) {
    byte[] stored = call.storage().get(key(call)).orElseThrow(Refusal::notFound);
    try {
      return Response.of(Json.parseObject(stored));
    } catch (Json.MalformedJson e) {
      throw new IllegalStateException("a stored secret is not the JSON that was written", e);
    }
  }

  private Response write(Call call) {
    if (call.body().isEmpty()) {
      throw Refusal.invalid("missing data fields");
    }
    call.storage().put(key(call), Json.toBytes(call.body()));
    return Response.done();
  }

  private Response delete(Call call) {
    call.storage().delete(key(call));
    return Response.done();
  }

  private Response list(Call call) {
    String path = call.parameter("path");
    checkLength(path);
    String folder = own(call) + (path.isEmpty() || path.endsWith("/") ? path : path + "/");
    List<String> names = new ArrayList<>();
    List<String> page = call.storage().list(folder, "", PAGE);
    while (!page.isEmpty()) {
      names.addAll(page);
      page = call.storage().list(folder, page.getLast(), PAGE);
    }
    if (names.isEmpty()) {
      throw Refusal.notFound();
    }
    return Response.ofKeys(names);
  }
}
