package strongroom.system.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import strongroom.barrier.Barrier;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.storage.Batch;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Storage;

/**
 * {@code sys/raw}: what stands behind the barrier, as it is stored. Values are text, or Base64
 * where {@code encoding} says so (Vault's API documentation, system/raw).
 */
final class RawEndpoints {
  private static final int PAGE = 1000;
  private static final int KEYS_MAX = 100_000;

  /** Tells who may, by the token that is given. */
  @FunctionalInterface
  interface Access {
    /** The barrier, or a refusal. */
    Storage open(String token);
  }

  private final Access access;

  RawEndpoints(Access access) {
    this.access = access;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("raw", "The top of what is stored.")
            .on(Operation.LIST, call -> list(call, ""))
            .unauthenticated()
            .whenSealed()
            .blocking()
            .build(),
        Endpoint.at("raw/{path...}", "An entry as it is stored, decrypted.")
            .field("value", "string", "What to store there.")
            .field("encoding", "string", "base64 where the value is that; empty for text.")
            .on(Operation.READ, this::read)
            .on(Operation.LIST, call -> list(call, folder(call.parameter("path"))))
            .onWrite(this::write)
            .on(Operation.DELETE, this::delete)
            .unauthenticated()
            .whenSealed()
            .blocking()
            .build());
  }

  private Storage storage(Call call) {
    return access.open(call.request().token());
  }

  private Response read(Call call) {
    Storage storage = storage(call);
    byte[] value = storage.get(key(call)).orElseThrow(Refusal::notFound);
    String text = isBase64(call) ? Base64.getEncoder().encodeToString(value) : text(value);
    return Response.of(JsonObject.builder().put("value", text).build());
  }

  private static String text(byte[] value) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.invalid("the value is not text: read it with encoding=base64");
    }
  }

  private Response list(Call call, String folder) {
    Storage storage = storage(call);
    List<String> names = new ArrayList<>();
    Page page;
    String after = "";
    do {
      page = storage.list(folder, after, PAGE);
      names.addAll(page.names());
      after = names.isEmpty() ? "" : names.getLast();
    } while (page.more() && names.size() < KEYS_MAX);
    if (names.isEmpty()) {
      throw Refusal.notFound();
    }
    return Response.ofKeys(names);
  }

  private Response write(Call call) {
    Storage storage = storage(call);
    String text = call.fields().requiredString("value");
    byte[] value;
    try {
      value = isBase64(call) ? Base64.getDecoder().decode(text) : text.getBytes(UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("the value is not Base64, which encoding says it is");
    }
    storage.commit(new Batch().put(key(call), value));
    return Response.done();
  }

  private Response delete(Call call) {
    storage(call).commit(new Batch().delete(key(call)));
    return Response.done();
  }

  private static boolean isBase64(Call call) {
    return switch (call.fields().string("encoding").orElse("")) {
      case "" -> false;
      case "base64" -> true;
      default -> throw Refusal.invalid("encoding is base64, or left out for text");
    };
  }

  private static String folder(String path) {
    return path.endsWith("/") ? path : path + "/";
  }

  /** A key behind the barrier: what protects it stands outside and is not told or changed here. */
  private static String key(Call call) {
    String path = call.parameter("path");
    if (Barrier.isOutside(path)) {
      throw Refusal.denied("cannot access \"" + path + "\": it is not behind the barrier");
    }
    if (path.endsWith("/") || path.getBytes(UTF_8).length > ReadableStorage.KEY_LENGTH_MAX) {
      throw Refusal.invalid("an entry's path does not end with a slash and is not that long");
    }
    return path;
  }
}
