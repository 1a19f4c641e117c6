package strongroom.request;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.Engine;
import strongroom.logical.Client;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.OpenEndpoints;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.logical.Response;
import strongroom.mount.BuiltInMounts;
import strongroom.mount.EngineTypes;
import strongroom.mount.MountEntry;
import strongroom.mount.MountStorage;
import strongroom.mount.MountTable;
import strongroom.policy.Holder;
import strongroom.policy.Policy;
import strongroom.policy.PolicyStore;
import strongroom.policy.PolicySyntax;
import strongroom.quota.Quotas;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.Storage;
import strongroom.storage.Transaction;
import strongroom.token.Rights;
import strongroom.token.TokenEngine;
import strongroom.token.TokenStore;
import strongroom.token.WrappingStore;

/** A pipeline with everything real below it, unsealed, and notes at {@code notes/}. */
final class House implements AutoCloseable {
  static final Refusal SEALED = new Refusal.Sealed(List.of("Vault is sealed"));

  final InMemoryStorage barrier = new InMemoryStorage();
  final SecureRandom random = new SecureRandom();
  final RecordedRequests audit = new RecordedRequests();
  final NotesEngine notes = new NotesEngine();
  final PolicyStore policies = new PolicyStore(barrier);
  final Map<String, Holder> holders = new ConcurrentHashMap<>();
  final Rights rights =
      new Rights(policies, (id, from) -> Optional.ofNullable(holders.get(id)), barrier);
  final TokenStore tokens;
  final WrappingStore wrapping;
  final MountTable mounts;

  /** What the clock of rate limits shows, in nanoseconds. */
  final AtomicLong nanos = new AtomicLong();

  final Quotas quotas = new Quotas(barrier, nanos::get);
  final Pipeline pipeline;
  private static final AtomicInteger NEXT_ID = new AtomicInteger();
  final Active active;
  final String root;

  House() {
    try (Transaction transaction = new Transaction(barrier)) {
      TokenStore.bootstrap(transaction, random);
      PolicyStore.bootstrap(transaction);
      BuiltInMounts.bootstrap(transaction, random);
      transaction.commit();
    }
    tokens = new TokenStore(barrier, "logical/cubbyhole/", Clock.systemUTC(), random);
    wrapping = new WrappingStore(tokens, "logical/cubbyhole/");
    mounts =
        new MountTable(
            barrier,
            types(),
            new MountTable.SystemTtl(Duration.ofDays(32), Duration.ofDays(32)),
            Clock.systemUTC(),
            folders -> {});
    mounts.start();
    mounts.enable(MountEntry.fresh("notes/", "notes", "", Map.of(), random));
    try (Transaction transaction = new Transaction(barrier)) {
      root = tokens.createRoot(transaction, Optional.empty()).text();
      transaction.commit();
    }
    Endpoint health =
        Endpoint.at("health", "How the node is.")
            .on(
                Operation.READ,
                call ->
                    Response.of(
                        200, Response.Shape.BARE, JsonObject.builder().put("ok", true).build()))
            .unauthenticated()
            .whenSealed()
            .build();
    Endpoint rotate =
        Endpoint.at("rotate", "Rotate.").onWrite(call -> Response.done()).sudo().build();
    Endpoint quorum =
        Endpoint.at("rekey/init", "Rekey.")
            .on(Operation.READ, call -> Response.done())
            .sudoUnlessOpen(OpenEndpoints.REKEY)
            .build();
    pipeline =
        new Pipeline(List.of(health, rotate, quorum), () -> SEALED, Clock.systemUTC(), audit);
    active = new Active(barrier, mounts, rights, tokens, wrapping, quotas);
    pipeline.publish(active);
  }

  private EngineTypes types() {
    return new EngineTypes(
        Map.of(
            "system",
            (entry, context) -> this::systemEndpoints,
            "cubbyhole",
            (entry, context) -> (Engine) List::of,
            "identity",
            (entry, context) -> (Engine) List::of,
            "notes",
            (entry, context) -> notes),
        Map.of(
            "token",
            (entry, context) ->
                new TokenEngine(
                    tokens,
                    rights,
                    (transaction, accessor, alias) -> alias,
                    call -> MountStorage.transactionOf(call.storage()))));
  }

  private List<Endpoint> systemEndpoints() {
    return List.of(
        Endpoint.at("wrapping/unwrap", "Unwrap.")
            .onWrite(
                call ->
                    wrapping.unwrap(
                        MountStorage.transactionOf(call.storage()), wrappingToken(call)))
            .build());
  }

  private static String wrappingToken(Call call) {
    return call.fields().string("token").orElse(call.request().token());
  }

  /** Asks and waits for the answer, which must come exactly once. */
  Reply ask(Request request) {
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    pipeline.handle(
        request,
        reply -> {
          if (!answer.complete(reply)) {
            throw new IllegalStateException("answered twice");
          }
        });
    try {
      return answer.get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no answer to " + request, e);
    }
  }

  Reply ask(String token, Operation operation, String path, String body) {
    return ask(request(token, operation, path, body, Optional.empty()));
  }

  static Request request(
      String token, Operation operation, String path, String body, Optional<Duration> wrapTtl) {
    try {
      JsonObject json = Json.parseObject(body.getBytes(StandardCharsets.UTF_8));
      return new Request(
          "id-" + NEXT_ID.incrementAndGet(), operation, path, json, token, Client.LOCAL, wrapTtl);
    } catch (Json.MalformedJson e) {
      throw new IllegalArgumentException(e);
    }
  }

  Response done(String token, Operation operation, String path, String body) {
    Reply reply = ask(token, operation, path, body);
    if (reply instanceof Reply.Done(String id, String type, Response response)) {
      return response;
    }
    throw new AssertionError("refused: " + reply);
  }

  Refusal refusal(String token, Operation operation, String path, String body) {
    return refusal(ask(token, operation, path, body));
  }

  static Refusal refusal(Reply reply) {
    if (reply instanceof Reply.Refused(String id, Refusal refusal)) {
      return refusal;
    }
    throw new AssertionError("done: " + reply);
  }

  /** The member {@code text} of what a note's endpoint told. */
  static String text(Response response) {
    return new Fields((JsonObject) response.data().orElseThrow()).requiredString("text");
  }

  /** A token made by root with {@code body}, and the policy {@code p} as {@code policy} has it. */
  String token(String policy, String body) {
    policy("p", policy);
    return done(root, Operation.UPDATE, "auth/token/create", body)
        .auth()
        .orElseThrow()
        .clientToken();
  }

  void policy(String name, String text) {
    try (Transaction transaction = new Transaction(barrier)) {
      policies.put(transaction, Policy.parse(name, text));
      transaction.commit();
    } catch (PolicySyntax e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A token with the policy {@code default} of the entity {@code id}. */
  String tokenOf(String id) {
    String role = "{\"allowed_policies\":[\"default\"],\"allowed_entity_aliases\":[\"*\"]}";
    done(root, Operation.UPDATE, "auth/token/roles/r", role);
    return done(root, Operation.UPDATE, "auth/token/create/r", "{\"entity_alias\":\"" + id + "\"}")
        .auth()
        .orElseThrow()
        .clientToken();
  }

  String token(String policy) {
    return token(policy, "{\"policies\":[\"p\"]}");
  }

  List<String> keysBelow(String folder) {
    return barrier.list(folder, "", 100_000).names().stream()
        .flatMap(
            name ->
                name.endsWith("/") ? keysBelow(folder + name).stream() : Stream.of(folder + name))
        .toList();
  }

  /** Runs {@code work} on threads that start together, and waits for all. */
  static void together(int count, Consumer<Integer> work) throws InterruptedException {
    CountDownLatch start = new CountDownLatch(1);
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
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
                                failures.add(e);
                              }
                            }))
            .toList();
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("a thread failed", failures.peek());
    }
  }

  /** The same parts on other storage. */
  Active on(Storage other) {
    return new Active(other, mounts, rights, tokens, wrapping, quotas);
  }

  @Override
  public void close() {
    notes.release.countDown();
    pipeline.close();
    mounts.close();
    tokens.close();
  }
}
