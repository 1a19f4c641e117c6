package strongroom.engine.transit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.EndpointTable;
import strongroom.engine.EngineStorage;
import strongroom.engine.Handler;
import strongroom.logical.Client;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Request;
import strongroom.logical.Response;
import strongroom.managed.keys.ManagedKey;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.KeyLocks;
import strongroom.storage.Transaction;

/** A transit mount on storage in memory, asked as the pipeline asks it. */
final class Transit implements AutoCloseable {
  static final Instant START = Instant.parse("2026-01-02T03:04:05.6Z");

  final InMemoryStorage storage = new InMemoryStorage();
  final Map<String, ManagedKey> managedKeys = new HashMap<>();
  final TransitEngine engine;
  private final KeyLocks locks = new KeyLocks();
  private final EndpointTable endpoints;
  private volatile Instant now = START;

  Transit() {
    InstantSource source = () -> now;
    Clock clock = source.withZone(ZoneOffset.UTC);
    engine =
        new TransitEngine(
            new SecureRandom(),
            (call, name) -> Optional.ofNullable(managedKeys.get(name)),
            clock,
            this::inStorage);
    engine.start();
    endpoints = new EndpointTable(engine.endpoints());
  }

  @Override
  public void close() {
    engine.close();
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  void inStorage(Consumer<EngineStorage> work) {
    try (Transaction transaction = new Transaction(storage)) {
      work.accept(new OfTransaction(transaction, locks));
      transaction.commit();
    }
  }

  Answer read(String path) {
    return ask(Operation.READ, path, "{}");
  }

  Answer read(String path, String query) {
    return ask(Operation.READ, path, query);
  }

  Answer list(String path) {
    return ask(Operation.LIST, path, "{}");
  }

  Answer delete(String path) {
    return ask(Operation.DELETE, path, "{}");
  }

  /** Writes {@code json}, whose quotes may be single ones. */
  Answer write(String path, String json) {
    return ask(Operation.UPDATE, path, json);
  }

  Answer write(String path, String json, Object... parts) {
    return write(path, json.formatted(parts));
  }

  /** Makes a key and encrypts: {@code vault:v1:…}. */
  String encrypted(String name, String plaintext) {
    return write("encrypt/" + name, "{'plaintext':'%s'}", base64(plaintext))
        .expect(200)
        .string("ciphertext");
  }

  static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private Answer ask(Operation asked, String path, String json) {
    EndpointTable.Match match = endpoints.find(path).orElseThrow();
    try (Transaction transaction = new Transaction(storage)) {
      Call call = call(asked, path, json, match, new OfTransaction(transaction, locks));
      Operation exact = exact(match.endpoint(), call);
      Handler handler = match.endpoint().handlers().get(exact);
      if (handler == null) {
        throw Refusal.unsupported();
      }
      Response response = handler.handle(call);
      transaction.commit();
      return new Answer(response.status(), body(response), response.warnings());
    } catch (RefusedException e) {
      return refused(e.refusal());
    }
  }

  private Call call(
      Operation asked,
      String path,
      String json,
      EndpointTable.Match match,
      EngineStorage engineStorage) {
    return new Call(
        new Request("id", asked, path, parsed(json), "token", Client.LOCAL, Optional.empty()),
        match.parameters(),
        Optional.empty(),
        new Call.Mount(
            "transit/",
            "transit_1",
            "transit",
            Map.of(),
            Duration.ofHours(768),
            Duration.ofHours(768)),
        engineStorage,
        now);
  }

  private static Operation exact(Endpoint endpoint, Call call) {
    return call.operation() == Operation.UPDATE
            && endpoint.exists().map(exists -> !exists.test(call)).orElse(false)
        ? Operation.CREATE
        : call.operation();
  }

  private static Answer refused(Refusal refusal) {
    int status =
        switch (refusal) {
          case Refusal.Invalid invalid -> 400;
          case Refusal.NotFound notFound -> 404;
          case Refusal.Unsupported unsupported -> 405;
          case Refusal.Unavailable unavailable -> 503;
          default -> throw new AssertionError("not expected of an engine: " + refusal);
        };
    return new Answer(status, JsonObject.EMPTY, refusal.errors());
  }

  private static JsonObject body(Response response) {
    return response
        .data()
        .map(data -> parsed(new String(Json.toBytes(data), StandardCharsets.UTF_8)))
        .orElse(JsonObject.EMPTY);
  }

  static JsonObject parsed(String json) {
    try {
      return Json.parseObject(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    } catch (Json.MalformedJson e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /**
   * What was answered.
   *
   * @param words the warnings, or the errors of a refusal
   */
  record Answer(int status, JsonObject body, List<String> words) {
    Answer expect(int expected) {
      assertThat(status).as("%s %s", text(), words).isEqualTo(expected);
      return this;
    }

    Answer expectWords(String part) {
      assertThat(words).anySatisfy(word -> assertThat(word).contains(part));
      return this;
    }

    String text() {
      return new String(Json.toBytes(body), StandardCharsets.UTF_8);
    }

    JsonValue at(String path) {
      JsonValue value = body;
      for (String part : path.split("/", -1)) {
        value =
            value instanceof JsonArray(List<JsonValue> items)
                ? items.get(Integer.parseInt(part))
                : ((JsonObject) value)
                    .member(part)
                    .orElseThrow(() -> new AssertionError("no " + path + " in " + text()));
      }
      return value;
    }

    String string(String path) {
      return ((JsonString) at(path)).value();
    }

    long number(String path) {
      return ((JsonNumber) at(path)).toLong().orElseThrow();
    }

    boolean flag(String path) {
      return ((JsonBoolean) at(path)).value();
    }

    /** The text that the Base64 at {@code path} stands for. */
    String decoded(String path) {
      return new String(Base64.getDecoder().decode(string(path)), StandardCharsets.UTF_8);
    }
  }

  private record OfTransaction(Transaction transaction, KeyLocks locks) implements EngineStorage {
    @Override
    public Optional<byte[]> get(String key) {
      return transaction.get(key);
    }

    @Override
    public void put(String key, byte[] value) {
      transaction.put(key, value);
    }

    @Override
    public void delete(String key) {
      transaction.delete(key);
    }

    @Override
    public List<String> list(String folder, String after, int limit) {
      return transaction.list(folder, after, limit).names();
    }

    @Override
    public void lock(String key) {
      transaction.lock(locks, key);
    }

    @Override
    public void afterCommit(Runnable action) {
      transaction.afterCommit(action);
    }
  }
}
