package strongroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import strongroom.audit.AuditSink;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.cubbyhole.CubbyholeEngine;
import strongroom.engine.kv.KvEngine;
import strongroom.identity.AuthMounts;
import strongroom.identity.IdentityEngine;
import strongroom.identity.IdentityStore;
import strongroom.identity.Login;
import strongroom.logical.Client;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.logical.Response;
import strongroom.managed.keys.ExternalKeys;
import strongroom.managed.keys.ManagedKey;
import strongroom.managed.keys.ManagedKeySource;
import strongroom.managed.keys.ManagedKeys;
import strongroom.mount.BuiltInMounts;
import strongroom.mount.EngineFactory;
import strongroom.mount.EngineTypes;
import strongroom.mount.MountEntry;
import strongroom.mount.MountStorage;
import strongroom.mount.MountTable;
import strongroom.policy.PolicyStore;
import strongroom.quota.Quotas;
import strongroom.request.Active;
import strongroom.request.Pipeline;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.Transaction;
import strongroom.token.Rights;
import strongroom.token.TokenEngine;
import strongroom.token.TokenStore;
import strongroom.token.WrappingStore;

/** Everything between HTTP and storage, unsealed, with its real engines and no mounts of KV yet. */
final class House implements AutoCloseable {
  /** What a node answers by itself. */
  private static final List<Endpoint> NODE =
      List.of(
          Endpoint.at("seal", "Seals the node.").onWrite(call -> Response.done()).sudo().build());

  final InMemoryStorage barrier = new InMemoryStorage();
  private final SecureRandom random = new SecureRandom();
  private final ManagedKeys managedKeys;
  private final PolicyStore policies;
  private final IdentityStore identities;
  private final Rights rights;
  private final TokenStore tokens;
  private final WrappingStore wrapping;
  final MountTable mounts;

  /** What the clock of rate limits shows, in nanoseconds. */
  final AtomicLong nanos = new AtomicLong();

  final Quotas quotas = new Quotas(barrier, nanos::get);
  private final Pipeline pipeline;
  private final String rootToken;

  House() {
    this(ManagedKeySource.NONE);
  }

  /** With managed keys from {@code source}, which stays the caller's to close. */
  House(ManagedKeySource source) {
    managedKeys = new ManagedKeys(source);
    try (Transaction transaction = new Transaction(barrier)) {
      TokenStore.bootstrap(transaction, random);
      PolicyStore.bootstrap(transaction);
      BuiltInMounts.bootstrap(transaction, random);
      transaction.commit();
    }
    String cubbyhole = MountTable.stored(barrier, "cubbyhole/").orElseThrow().storagePrefix();
    policies = new PolicyStore(barrier);
    identities = new IdentityStore(barrier, this::authMount, Clock.systemUTC(), random);
    identities.start();
    rights = new Rights(policies, identities, barrier);
    tokens = new TokenStore(barrier, cubbyhole, Clock.systemUTC(), random);
    wrapping = new WrappingStore(tokens, cubbyhole);
    mounts =
        new MountTable(
            barrier,
            types(),
            new MountTable.SystemTtl(Duration.ofHours(768), Duration.ofHours(768)),
            Clock.systemUTC(),
            folders -> {});
    mounts.start();
    try (Transaction transaction = new Transaction(barrier)) {
      rootToken = tokens.createRoot(transaction, Optional.empty()).text();
      transaction.commit();
    }
    pipeline =
        new Pipeline(
            NODE,
            () -> new Refusal.Sealed(List.of("Vault is sealed")),
            Clock.systemUTC(),
            AuditSink.NONE);
    pipeline.publish(new Active(barrier, mounts, rights, tokens, wrapping, quotas));
  }

  private EngineTypes types() {
    return new EngineTypes(
        Map.of(
            "system",
            (entry, context) ->
                new SystemEngine(
                    new SystemEngine.Parts(
                        mounts(),
                        policies,
                        rights,
                        tokens,
                        wrapping,
                        quotas,
                        identities::entityCount,
                        random,
                        "1.2.3",
                        () -> NODE),
                    managedKeys),
            "cubbyhole",
            (entry, context) -> new CubbyholeEngine(),
            "identity",
            (entry, context) -> new IdentityEngine(identities, House::transaction),
            "kv",
            House::kv),
        Map.of(
            "token",
            (entry, context) ->
                new TokenEngine(
                    tokens,
                    rights,
                    (transaction, accessor, alias) ->
                        identities.login(transaction, Login.by(accessor, alias)).entityId(),
                    House::transaction),
            "gate",
            (entry, context) -> House::gate));
  }

  /** An auth method with roles, which lets everybody in and gives nothing. */
  private static List<Endpoint> gate() {
    return List.of(
        Endpoint.at("login", "Logs in.")
            .field("role", "string", "For which role.")
            .onWrite(call -> Response.done())
            .unauthenticated()
            .build(),
        Endpoint.at("role/{name}", "A role.").on(Operation.READ, call -> Response.done()).build());
  }

  private static Transaction transaction(Call call) {
    return MountStorage.transactionOf(call.storage());
  }

  private Optional<AuthMounts.AuthMount> authMount(String accessor) {
    return mounts.authMounts().stream()
        .filter(entry -> entry.accessor().equals(accessor))
        .findFirst()
        .map(entry -> new AuthMounts.AuthMount(entry.path(), entry.type(), entry.local()));
  }

  Optional<ManagedKey> managedKey(List<String> allowed, String name) {
    return managedKeys.openFor(allowed, barrier, name);
  }

  Optional<ManagedKey> externalKey(String mount, String name) {
    return managedKeys
        .external()
        .openFor(mount, barrier, ExternalKeys.Name.parse(name).orElseThrow());
  }

  private MountTable mounts() {
    return mounts;
  }

  private static KvEngine kv(MountEntry entry, EngineFactory.Context context) {
    return "2".equals(entry.options().get("version"))
        ? KvEngine.version2(context.clock(), context::inTransaction)
        : KvEngine.version1();
  }

  As root() {
    return new As(rootToken, Optional.empty());
  }

  As as(String token) {
    return new As(token, Optional.empty());
  }

  /** A token whose one policy is {@code policy}. */
  As with(String policy) {
    root().write("sys/policies/acl/p", Json.toBytes(policyBody(policy))).expect(204);
    return as(root().write("auth/token/create", "{'policies':['p']}").expect(200).token());
  }

  private static JsonObject policyBody(String policy) {
    return JsonObject.builder().put("policy", policy).build();
  }

  /** Whoever has {@code token}. */
  final class As {
    final String token;
    private final Optional<Duration> wrapTtl;

    private As(String token, Optional<Duration> wrapTtl) {
      this.token = token;
      this.wrapTtl = wrapTtl;
    }

    As wrapping(String ttl) {
      return new As(token, Optional.of(Duration.parse(ttl)));
    }

    Answer read(String path) {
      return ask(Operation.READ, path, "{}");
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

    Answer write(String path, byte[] json) {
      return ask(Operation.UPDATE, path, new String(json, StandardCharsets.UTF_8));
    }

    Answer delete(String path) {
      return ask(Operation.DELETE, path, "{}");
    }

    /** Asks with {@code json}, whose quotes may be single ones where it has no double ones. */
    Answer ask(Operation operation, String path, String json) {
      CompletableFuture<Reply> answer = new CompletableFuture<>();
      JsonObject body = parsed(json.indexOf('"') < 0 ? json.replace('\'', '"') : json);
      pipeline.handle(
          new Request("id", operation, path, body, token, Client.LOCAL, wrapTtl), answer::complete);
      try {
        return Answer.of(operation + " " + path, answer.get(30, TimeUnit.SECONDS));
      } catch (Exception e) {
        throw new AssertionError("no answer to " + operation + " " + path, e);
      }
    }
  }

  private static JsonObject parsed(String json) {
    try {
      return Json.parseObject(json.getBytes(StandardCharsets.UTF_8));
    } catch (Json.MalformedJson e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /**
   * What was answered.
   *
   * @param body the answer's data, or its auth or wrap_info where it has no data
   * @param words the errors or the warnings
   */
  record Answer(
      String asked, int status, JsonObject body, List<String> words, Optional<Response> response) {
    static Answer of(String asked, Reply reply) {
      return switch (reply) {
        case Reply.Done(String id, String type, Response response) ->
            new Answer(
                asked,
                response.status(),
                body(response),
                response.warnings(),
                Optional.of(response));
        case Reply.Refused(String id, Refusal refusal) ->
            new Answer(asked, status(refusal), told(refusal), refusal.errors(), Optional.empty());
        case Reply.Counted(Reply counted, var _) -> of(asked, counted);
      };
    }

    private static JsonObject body(Response response) {
      return response
          .data()
          .map(data -> parsed(new String(Json.toBytes(data), StandardCharsets.UTF_8)))
          .or(() -> response.auth().map(Response.Auth::body))
          .or(() -> response.wrapping().map(Response.Wrapping::body))
          .orElse(JsonObject.EMPTY);
    }

    private static JsonObject told(Refusal refusal) {
      return refusal instanceof Refusal.NotFound(List<String> errors, Optional<Response> answer)
          ? answer.map(Answer::body).orElse(JsonObject.EMPTY)
          : JsonObject.EMPTY;
    }

    private static int status(Refusal refusal) {
      return switch (refusal) {
        case Refusal.Elsewhere r -> 307;
        case Refusal.Invalid r -> 400;
        case Refusal.Denied r -> 403;
        case Refusal.NotFound r -> 404;
        case Refusal.Unsupported r -> 405;
        case Refusal.Precondition r -> 412;
        case Refusal.TooLarge r -> 413;
        case Refusal.WrongMediaType r -> 415;
        case Refusal.TooMany r -> 429;
        case Refusal.Faulted r -> 500;
        case Refusal.Sealed r -> 503;
        case Refusal.Unavailable r -> 503;
      };
    }

    Answer expect(int expected) {
      assertThat(status).as("%s: %s %s", asked, text(), words).isEqualTo(expected);
      return this;
    }

    void expectOneOf(Integer... expected) {
      assertThat(status).as("%s: %s %s", asked, text(), words).isIn((Object[]) expected);
    }

    String text() {
      return new String(Json.toBytes(body), StandardCharsets.UTF_8);
    }

    JsonValue at(String... path) {
      JsonValue value = body;
      for (String part : path) {
        value =
            ((JsonObject) value)
                .member(part)
                .orElseThrow(() -> new AssertionError(asked + " has no " + part + ": " + text()));
      }
      return value;
    }

    String string(String... path) {
      return ((JsonString) at(path)).value();
    }

    List<String> strings(String... path) {
      return ((JsonArray) at(path))
          .items().stream().map(item -> ((JsonString) item).value()).toList();
    }

    JsonObject object(String... path) {
      return (JsonObject) at(path);
    }

    /** The token of a creation. */
    String token() {
      return response.orElseThrow().auth().orElseThrow().clientToken();
    }

    /** The token of a wrapped answer. */
    String wrappingToken() {
      return ((JsonString)
              response.orElseThrow().wrapping().orElseThrow().body().member("token").orElseThrow())
          .value();
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

  @Override
  public void close() {
    pipeline.close();
    mounts.close();
    tokens.close();
  }
}
