package strongroom.engine.kv;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import strongroom.engine.Call;
import strongroom.engine.EngineStorage;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Response;

/** Reading and writing the data of version 2, and deleting, undeleting and destroying versions. */
final class VersionedData {
  private static final int VERSIONS_AT_ONCE_MAX = KvConfig.VERSIONS_LIMIT;

  private final MountConfig mountConfig;

  VersionedData(MountConfig mountConfig) {
    this.mountConfig = mountConfig;
  }

  /** A version that can be read: what the client is told of it, and its data. */
  private record ReadableVersion(KeyMetadata metadata, long number, byte[] data) {}

  Response read(Call call) {
    ReadableVersion version = readable(call, "data");
    byte[] data = version.data();
    JsonObject about = version.metadata().versionAnswer(version.number());
    return Response.of(
        out -> {
          out.writeStartObject();
          out.writeName("data");
          // The bytes are the JSON that was written, authenticated by the barrier: copied, not
          // read.
          out.writeRawValue(new String(data, UTF_8));
          out.writeName("metadata");
          about.writeTo(out);
          out.writeEndObject();
        });
  }

  /** The version asked for; where it is not to be read, its metadata and a null {@code content}. */
  private static ReadableVersion readable(Call call, String content) {
    String key = KvPath.key(call);
    KeyMetadata metadata = KeyMetadata.find(call.storage(), key).orElseThrow(Refusal::notFound);
    long asked = call.fields().integer("version", 0, Integer.MAX_VALUE).orElse(0);
    long number = asked == 0 ? metadata.currentVersion() : asked;
    KeyMetadata.Version version = metadata.version(number).orElseThrow(Refusal::notFound);
    if (!version.readable(call.now())) {
      JsonObject told =
          JsonObject.builder()
              .putNull(content)
              .put("metadata", metadata.versionAnswer(number))
              .build();
      throw gone(told);
    }
    byte[] data =
        call.storage()
            .get(KvPath.data(key, number))
            .orElseThrow(() -> new IllegalStateException("a version's data is missing: " + number));
    return new ReadableVersion(metadata, number, data);
  }

  /** 404 that tells of the version all the same. */
  private static RefusedException gone(JsonObject told) {
    return new RefusedException(new Refusal.NotFound(List.of(), Optional.of(Response.of(told))));
  }

  Response write(Call call) {
    Fields fields = call.fields();
    JsonObject data = fields.object("data").orElseThrow(() -> Refusal.invalid("no data provided"));
    String key = KvPath.key(call);
    call.storage().lock(key);
    Optional<KeyMetadata> known = KeyMetadata.find(call.storage(), key);
    KvConfig config = mountConfig.get(call.storage());
    checkCas(fields, known, config);
    return add(call, key, known.orElseGet(() -> KeyMetadata.fresh(call.now())), config, data);
  }

  Response patch(Call call) {
    Fields fields = call.fields();
    JsonObject patch = fields.object("data").orElseThrow(() -> Refusal.invalid("no data provided"));
    String key = KvPath.key(call);
    call.storage().lock(key);
    KeyMetadata metadata = KeyMetadata.find(call.storage(), key).orElseThrow(Refusal::notFound);
    KvConfig config = mountConfig.get(call.storage());
    checkCas(fields, Optional.of(metadata), config);
    long current = metadata.currentVersion();
    KeyMetadata.Version version = metadata.version(current).orElseThrow(Refusal::notFound);
    if (!version.readable(call.now())) {
      throw gone(metadata.versionAnswer(current));
    }
    JsonObject before = Stored.parse(call.storage().get(KvPath.data(key, current)).orElseThrow());
    JsonObject after = (JsonObject) MergePatch.apply(Optional.of(before), patch);
    return add(call, key, metadata, config, after);
  }

  private static Response add(
      Call call, String key, KeyMetadata metadata, KvConfig config, JsonObject data) {
    EngineStorage storage = call.storage();
    metadata.add(call.now(), config).forEach(old -> storage.delete(KvPath.data(key, old)));
    storage.put(KvPath.data(key, metadata.currentVersion()), Json.toBytes(data));
    metadata.save(storage, key);
    return Response.of(metadata.versionAnswer(metadata.currentVersion()));
  }

  private static void checkCas(Fields fields, Optional<KeyMetadata> metadata, KvConfig config) {
    Optional<Long> cas =
        fields.object("options").flatMap(options -> new Fields(options).integer("cas"));
    boolean required = config.casRequired() || metadata.map(KeyMetadata::casRequired).orElse(false);
    if (cas.isEmpty()) {
      if (required) {
        throw Refusal.invalid("check-and-set parameter required for this call");
      }
      return;
    }
    long current = metadata.map(KeyMetadata::currentVersion).orElse(0L);
    if (cas.get() != current) {
      throw Refusal.invalid("check-and-set parameter did not match the current version");
    }
  }

  Response subkeys(Call call) {
    int depth = call.fields().integer("depth", 0, Integer.MAX_VALUE).orElse(0);
    ReadableVersion version = readable(call, "subkeys");
    JsonObject data = Stored.parse(version.data());
    return Response.of(
        JsonObject.builder()
            .put("metadata", version.metadata().versionAnswer(version.number()))
            .put("subkeys", names(data, depth == 0 ? Integer.MAX_VALUE : depth))
            .build());
  }

  private static JsonObject names(JsonObject object, int depth) {
    JsonObject.Builder names = JsonObject.builder();
    object
        .members()
        .forEach(
            (name, member) ->
                names.put(
                    name,
                    depth > 1 && member instanceof JsonObject inner && !inner.isEmpty()
                        ? names(inner, depth - 1)
                        : JsonNull.NULL));
    return names.build();
  }

  Response deleteCurrent(Call call) {
    return change(
        call,
        null,
        (metadata, number) ->
            metadata
                .version(number)
                .filter(version -> version.readable(call.now()))
                .ifPresent(
                    version ->
                        metadata.replace(number, version.deletedFrom(call.now()), call.now())));
  }

  Response delete(Call call) {
    return change(
        call,
        versions(call),
        (metadata, number) ->
            metadata
                .version(number)
                .filter(version -> version.readable(call.now()))
                .ifPresent(
                    version ->
                        metadata.replace(number, version.deletedFrom(call.now()), call.now())));
  }

  Response undelete(Call call) {
    return change(
        call,
        versions(call),
        (metadata, number) ->
            metadata
                .version(number)
                .filter(version -> !version.destroyed())
                .ifPresent(version -> metadata.replace(number, version.undeleted(), call.now())));
  }

  Response destroy(Call call) {
    String key = KvPath.key(call);
    return change(
        call,
        versions(call),
        (metadata, number) ->
            metadata
                .version(number)
                .ifPresent(
                    version -> {
                      metadata.replace(number, version.destroy(), call.now());
                      call.storage().delete(KvPath.data(key, number));
                    }));
  }

  private static Response change(
      Call call, @Nullable Set<Long> numbers, BiConsumer<KeyMetadata, Long> change) {
    String key = KvPath.key(call);
    call.storage().lock(key);
    Optional<KeyMetadata> found = KeyMetadata.find(call.storage(), key);
    if (found.isPresent()) {
      KeyMetadata metadata = found.get();
      Set<Long> chosen = numbers == null ? Set.of(metadata.currentVersion()) : numbers;
      chosen.forEach(number -> change.accept(metadata, number));
      metadata.save(call.storage(), key);
    }
    return Response.done();
  }

  private static Set<Long> versions(Call call) {
    List<String> texts =
        call.fields()
            .strings("versions")
            .filter(list -> !list.isEmpty())
            .orElseThrow(() -> Refusal.invalid("No version number provided"));
    if (texts.size() > VERSIONS_AT_ONCE_MAX) {
      throw Refusal.invalid("at most " + VERSIONS_AT_ONCE_MAX + " versions at once");
    }
    try {
      return texts.stream().map(Long::valueOf).collect(Collectors.toSet());
    } catch (NumberFormatException e) {
      throw Refusal.invalid("versions must be whole numbers");
    }
  }
}
