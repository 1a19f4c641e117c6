package strongroom.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import strongroom.engine.Call;
import strongroom.engine.EndpointTable;
import strongroom.engine.EngineStorage;
import strongroom.engine.Handler;
import strongroom.logical.Client;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Request;
import strongroom.logical.Response;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.KeyLocks;
import strongroom.storage.Transaction;

/** A KV mount on storage in memory, asked as the pipeline asks it: one transaction a request. */
final class Kv {
  static final Instant START = Instant.parse("2026-01-02T03:04:05.6Z");

  final InMemoryStorage storage = new InMemoryStorage();
  private final KeyLocks locks = new KeyLocks();
  private volatile Instant now = START;
  private KvEngine engine;
  private EndpointTable endpoints;

  private Kv(boolean versioned) {
    engine = versioned ? KvEngine.version2(clock(), this::inTransaction) : KvEngine.version1();
    engine.start();
    endpoints = new EndpointTable(engine.endpoints());
  }

  static Kv version1() {
    return new Kv(false);
  }

  static Kv version2() {
    return new Kv(true);
  }

  Clock clock() {
    InstantSource source = () -> now;
    return source.withZone(ZoneOffset.UTC);
  }

  /** The same storage behind version 2, whose commits {@code background} does. */
  void upgrade(KvEngine.Background background) {
    engine.close();
    engine = KvEngine.version2(clock(), background);
    endpoints = new EndpointTable(engine.endpoints());
  }

  void startEngine() {
    engine.start();
  }

  void stopEngine() {
    engine.close();
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  void inTransaction(java.util.function.Consumer<EngineStorage> work) {
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

  Answer write(String path, String json) {
    return ask(Operation.UPDATE, path, json);
  }

  Answer patch(String path, String json) {
    return ask(Operation.PATCH, path, json);
  }

  Answer delete(String path) {
    return ask(Operation.DELETE, path, "{}");
  }

  /** Asks with {@code json}, whose quotes may be single ones. */
  Answer ask(Operation operation, String path, String json) {
    EndpointTable.Match match = endpoints.find(path).orElseThrow();
    Request request =
        new Request("id", operation, path, parsed(json), "token", Client.LOCAL, Optional.empty());
    try (Transaction transaction = new Transaction(storage)) {
      Call call =
          new Call(
              request,
              match.parameters(),
              Optional.empty(),
              new Call.Mount(
                  "secret/", "kv_1", "kv", Map.of(), Duration.ofHours(768), Duration.ofHours(768)),
              new OfTransaction(transaction, locks),
              now);
      Handler handler = match.endpoint().handlers().get(operation);
      if (handler == null) {
        throw Refusal.unsupported();
      }
      Response response = handler.handle(call);
      transaction.commit();
      return new Answer(response.status(), body(response), response.warnings(), response.lease());
    } catch (RefusedException e) {
      return refused(e.refusal());
    }
  }

  private static Answer refused(Refusal refusal) {
    int status =
        switch (refusal) {
          case Refusal.Invalid invalid -> 400;
          case Refusal.NotFound notFound -> 404;
          case Refusal.Unsupported unsupported -> 405;
          default -> throw new AssertionError("not expected of an engine: " + refusal);
        };
    Optional<Response> told =
        refusal instanceof Refusal.NotFound(List<String> errors, Optional<Response> answer)
            ? answer
            : Optional.empty();
    return new Answer(
        status,
        told.map(Kv::body).orElse(JsonObject.EMPTY),
        told.map(Response::warnings).orElse(refusal.errors()),
        Response.Lease.NONE);
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

  Fields fields(String json) {
    return new Fields(parsed(json));
  }

  /**
   * What was answered.
   *
   * @param words the warnings, or the errors of a refusal
   */
  record Answer(int status, JsonObject body, List<String> words, Response.Lease lease) {
    Answer expect(int expected) {
      assertThat(status).as("%s %s", text(), words).isEqualTo(expected);
      return this;
    }

    String text() {
      return new String(Json.toBytes(body), StandardCharsets.UTF_8);
    }

    JsonValue at(String path) {
      JsonValue value = body;
      for (String part : path.split("\\.", -1)) {
        value =
            ((JsonObject) value)
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

    List<String> keys() {
      return ((JsonArray) at("keys"))
          .items().stream().map(item -> ((JsonString) item).value()).toList();
    }
  }

  /** Runs {@code work} on {@code count} threads that start together, and waits for all. */
  static void together(int count, IntConsumer work) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<Throwable> failures = new ArrayList<>();
    List<Thread> threads =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    Thread.ofPlatform()
                        .start(
                            () -> {
                              try {
                                start.await();
                                work.accept(i);
                              } catch (Throwable e) {
                                synchronized (failures) {
                                  failures.add(e);
                                }
                              }
                            }))
            .toList();
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }

  List<String> stored(Predicate<String> which) {
    List<String> keys = new ArrayList<>();
    collect("", keys);
    return keys.stream().filter(which).toList();
  }

  private void collect(String folder, List<String> keys) {
    for (String name : storage.list(folder, "", 10_000).names()) {
      if (name.endsWith("/")) {
        collect(folder + name, keys);
      } else {
        keys.add(folder + name);
      }
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
