package strongroom.engine.transit;

import java.util.List;
import java.util.function.UnaryOperator;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.EngineStorage;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** What is set of the mount: how many keys are kept decoded, whether an encryption makes keys. */
final class MountConfig {
  private static final String ENTRY = "config";
  private static final int CACHE_SIZE_MIN = 10;

  private final KeyCache cache;

  MountConfig(KeyCache cache) {
    this.cache = cache;
  }

  private record Settings(int cacheSize, boolean upsertDisabled) {
    static Settings of(EngineStorage storage) {
      return storage.get(ENTRY).map(Settings::parse).orElse(new Settings(0, false));
    }

    private static Settings parse(byte[] bytes) {
      try {
        Fields fields = new Fields(Json.parseObject(bytes));
        return new Settings(
            fields.integer("cache_size", 0, Integer.MAX_VALUE).orElse(0),
            fields.bool("disable_upsert").orElse(false));
      } catch (Json.MalformedJson e) {
        throw new IllegalStateException("stored settings are not the JSON that was written", e);
      }
    }

    void save(EngineStorage storage) {
      storage.put(
          ENTRY,
          Json.toBytes(
              JsonObject.builder()
                  .put("cache_size", cacheSize)
                  .put("disable_upsert", upsertDisabled)
                  .build()));
    }

    Response ofCache() {
      return Response.of(JsonObject.builder().put("size", cacheSize).build());
    }

    Response ofKeys() {
      return Response.of(JsonObject.builder().put("disable_upsert", upsertDisabled).build());
    }
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("cache-config", "How many keys are kept decoded.")
            .field("size", "integer", "So many, at least 10; 0 (default) for 4096.")
            .on(Operation.READ, call -> Settings.of(call.storage()).ofCache())
            .onWrite(this::writeCache)
            .build(),
        Endpoint.at("config/keys", "Settings of all keys.")
            .field("disable_upsert", "boolean", "Whether an encryption makes no missing key.")
            .on(Operation.READ, call -> Settings.of(call.storage()).ofKeys())
            .onWrite(this::writeKeys)
            .build());
  }

  /** Sets the cache as it is stored. */
  void apply(EngineStorage storage) {
    cache.limit(Settings.of(storage).cacheSize());
  }

  boolean upsertDisabled(EngineStorage storage) {
    return Settings.of(storage).upsertDisabled();
  }

  private Response writeCache(Call call) {
    int size = call.fields().integer("size", 0, Integer.MAX_VALUE).orElse(0);
    if (size != 0 && size < CACHE_SIZE_MIN) {
      throw Refusal.invalid("size must be 0 or a value greater or equal to " + CACHE_SIZE_MIN);
    }
    Settings changed = change(call, before -> new Settings(size, before.upsertDisabled()));
    call.storage().afterCommit(() -> cache.limit(size));
    return changed.ofCache();
  }

  private Response writeKeys(Call call) {
    boolean disabled = call.fields().bool("disable_upsert").orElse(false);
    return change(call, before -> new Settings(before.cacheSize(), disabled)).ofKeys();
  }

  private static Settings change(Call call, UnaryOperator<Settings> change) {
    EngineStorage storage = call.storage();
    storage.lock(ENTRY);
    Settings changed = change.apply(Settings.of(storage));
    changed.save(storage);
    return changed;
  }
}
