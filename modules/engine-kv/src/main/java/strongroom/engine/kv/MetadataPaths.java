package strongroom.engine.kv;

import java.util.List;
import strongroom.engine.Call;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** A key's metadata: reading, setting, listing, and removing the key with all its versions. */
final class MetadataPaths {
  Response read(Call call) {
    return Response.of(
        KeyMetadata.find(call.storage(), KvPath.key(call))
            .orElseThrow(Refusal::notFound)
            .toAnswer());
  }

  Response write(Call call) {
    String key = KvPath.key(call);
    if (!KeyMetadata.hasSettings(call.fields())) {
      return Response.done();
    }
    call.storage().lock(key);
    KeyMetadata metadata =
        KeyMetadata.find(call.storage(), key).orElseGet(() -> KeyMetadata.fresh(call.now()));
    metadata.configure(call.fields(), call.now());
    metadata.save(call.storage(), key);
    return done(call);
  }

  /** Done, with a word for who believes that a key could be freed of what its mount requires. */
  private static Response done(Call call) {
    boolean freed = call.fields().bool("cas_required").filter(required -> !required).isPresent();
    return freed && KvConfig.of(call.storage()).casRequired()
        ? Response.done()
            .warning(
                List.of(
                    "\"cas_required\" set to false, but is mandated by backend config. This value"
                        + " will be ignored."))
        : Response.done();
  }

  Response patch(Call call) {
    String key = KvPath.key(call);
    call.storage().lock(key);
    KeyMetadata metadata = KeyMetadata.find(call.storage(), key).orElseThrow(Refusal::notFound);
    metadata.patch(call.fields(), call.now());
    metadata.save(call.storage(), key);
    return done(call);
  }

  Response delete(Call call) {
    String key = KvPath.key(call);
    call.storage().lock(key);
    KeyMetadata.find(call.storage(), key)
        .ifPresent(
            metadata -> {
              metadata
                  .versions()
                  .keySet()
                  .forEach(number -> call.storage().delete(KvPath.data(key, number)));
              call.storage().delete(KvPath.METADATA + key);
            });
    return Response.done();
  }

  Response listDetailed(Call call) {
    List<String> names = KvPath.names(call, KvPath.METADATA);
    if (names.isEmpty()) {
      throw Refusal.notFound();
    }
    String folder = KvPath.folder(call);
    JsonObject.Builder details = JsonObject.builder();
    for (String name : names) {
      if (!name.endsWith("/")) {
        KeyMetadata.find(call.storage(), folder + name)
            .ifPresent(metadata -> details.put(name, metadata.toAnswer()));
      }
    }
    return Response.of(
        JsonObject.builder().put("keys", names).put("key_info", details.build()).build());
  }
}
