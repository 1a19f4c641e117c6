package strongroom.engine.kv;

import java.time.Duration;
import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Response;

/** Version 1: a key holds what was last written to it. */
final class KvV1 {
  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("{path...}", "A secret: whatever members the client writes.")
            .field("path", "string", "Where the secret is.")
            .field("ttl", "duration", "How often readers should look again; a hint only.")
            .on(Operation.READ, this::read)
            .on(Operation.LIST, call -> KvPath.list(call, KvPath.VALUES))
            .onWrite(this::write)
            .on(Operation.DELETE, this::delete)
            .exists(call -> call.storage().get(KvPath.VALUES + KvPath.key(call)).isPresent())
            .build());
  }

  private Response read(Call call) {
    byte[] stored =
        call.storage().get(KvPath.VALUES + KvPath.key(call)).orElseThrow(Refusal::notFound);
    JsonObject data = Stored.parse(stored);
    return Response.of(data)
        .leased(new Response.Lease("", false, lifetime(data, call.mount().defaultLeaseTtl())));
  }

  /** What the secret's own {@code ttl} or {@code lease} says, where it is a duration. */
  private static Duration lifetime(JsonObject data, Duration otherwise) {
    Fields fields = new Fields(data);
    for (String name : List.of("ttl", "lease")) {
      try {
        if (fields.has(name)) {
          return fields.duration(name).orElse(otherwise);
        }
      } catch (RefusedException e) {
        // The member is the client's own, and need not be a duration.
        return otherwise;
      }
    }
    return otherwise;
  }

  private Response write(Call call) {
    String key = KvPath.key(call);
    if (call.body().isEmpty()) {
      throw Refusal.invalid("missing data fields");
    }
    call.storage().put(KvPath.VALUES + key, Json.toBytes(call.body()));
    return Response.done();
  }

  private Response delete(Call call) {
    call.storage().delete(KvPath.VALUES + KvPath.key(call));
    return Response.done();
  }
}
