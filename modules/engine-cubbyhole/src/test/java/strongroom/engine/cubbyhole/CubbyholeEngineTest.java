package strongroom.engine.cubbyhole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.engine.Call;
import strongroom.engine.EndpointTable;
import strongroom.engine.EngineStorage;
import strongroom.logical.Client;
import strongroom.logical.Json;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Request;
import strongroom.logical.Response;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.KeyLocks;
import strongroom.storage.Transaction;

class CubbyholeEngineTest {
  private static final Call.Caller ANNA = new Call.Caller("id-a", "accessor-a", "anna", "", false);
  private static final Call.Caller BERT = new Call.Caller("id-b", "accessor-b", "bert", "", true);
  private static final Call.Caller BATCH = new Call.Caller("id-c", "", "batch", "", false);

  private final InMemoryStorage storage = new InMemoryStorage();
  private final EndpointTable endpoints = new EndpointTable(new CubbyholeEngine().endpoints());

  private Response ask(Optional<Call.Caller> caller, Operation operation, String path, String json)
      throws Exception {
    EndpointTable.Match match = endpoints.find(path).orElseThrow();
    Request request =
        new Request(
            "id",
            operation,
            "cubbyhole/" + path,
            Json.parseObject(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
            "token",
            Client.LOCAL,
            Optional.empty());
    try (Transaction transaction = new Transaction(storage)) {
      Call call =
          new Call(
              request,
              match.parameters(),
              caller,
              new Call.Mount(
                  "cubbyhole/", "cubbyhole_1", "cubbyhole", Map.of(), Duration.ZERO, Duration.ZERO),
              new OfTransaction(transaction),
              Instant.EPOCH);
      Response response = match.endpoint().handlers().get(operation).handle(call);
      transaction.commit();
      return response;
    }
  }

  private String told(Call.Caller caller, Operation operation, String path) throws Exception {
    Response response = ask(Optional.of(caller), operation, path, "{}");
    assertThat(response.status()).isEqualTo(200);
    return new String(Json.toBytes(response.data().orElseThrow()), StandardCharsets.UTF_8);
  }

  private void write(Call.Caller caller, String path, String json) throws Exception {
    assertThat(ask(Optional.of(caller), Operation.UPDATE, path, json).status()).isEqualTo(204);
  }

  private static void assertRefused(Class<? extends Refusal> kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.refusal()).isInstanceOf(kind));
  }

  private void assertNotFound(Call.Caller caller, Operation operation, String path) {
    assertRefused(Refusal.NotFound.class, () -> ask(Optional.of(caller), operation, path, "{}"));
  }

  @Test
  void keepsWhatATokenWroteLast() throws Exception {
    write(ANNA, "a/b", "{'x':{'y':[1,null]}}");
    assertThat(told(ANNA, Operation.READ, "a/b")).isEqualTo("{\"x\":{\"y\":[1,null]}}");
    write(ANNA, "a/b", "{'z':2}");
    assertThat(told(ANNA, Operation.READ, "a/b")).isEqualTo("{\"z\":2}");
    assertThat(ask(Optional.of(ANNA), Operation.DELETE, "a/b", "{}").status()).isEqualTo(204);
    assertThat(ask(Optional.of(ANNA), Operation.DELETE, "a/b", "{}").status()).isEqualTo(204);
    assertNotFound(ANNA, Operation.READ, "a/b");
  }

  @Test
  void showsNoTokenWhatIsAnothers() throws Exception {
    write(ANNA, "a", "{'x':1}");
    assertNotFound(BERT, Operation.READ, "a");
    assertNotFound(BERT, Operation.LIST, "");
    ask(Optional.of(BERT), Operation.DELETE, "a", "{}");
    write(BERT, "a", "{'x':2}");
    assertThat(told(ANNA, Operation.READ, "a")).isEqualTo("{\"x\":1}");
    assertThat(told(BERT, Operation.READ, "a")).isEqualTo("{\"x\":2}");
  }

  @Test
  void listsNamesAndFolders() throws Exception {
    assertNotFound(ANNA, Operation.LIST, "");
    for (int i = 0; i < 1001; i++) {
      write(ANNA, "many/" + (1000 + i), "{'x':1}");
    }
    write(ANNA, "a", "{'x':1}");
    write(ANNA, "a/b", "{'x':1}");
    assertThat(told(ANNA, Operation.LIST, "")).isEqualTo("{\"keys\":[\"a\",\"a/\",\"many/\"]}");
    assertThat(told(ANNA, Operation.LIST, "a")).isEqualTo("{\"keys\":[\"b\"]}");
    assertThat(told(ANNA, Operation.LIST, "many/")).contains("\"1000\"").contains("\"2000\"");
    assertNotFound(ANNA, Operation.LIST, "a/b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/"})
  void takesNoFolderForAKey(String path) {
    assertNotFound(ANNA, Operation.READ, path);
    for (Operation operation : List.of(Operation.UPDATE, Operation.DELETE)) {
      assertRefused(
          Refusal.Invalid.class, () -> ask(Optional.of(ANNA), operation, path, "{'x':1}"));
    }
  }

  @Test
  void refusesNothingToKeepAndPathsThatAreTooLong() throws Exception {
    assertRefused(Refusal.Invalid.class, () -> ask(Optional.of(ANNA), Operation.UPDATE, "a", "{}"));
    write(ANNA, "ä".repeat(1024), "{'x':1}");
    String tooLong = "ä".repeat(1025);
    for (Operation operation : List.of(Operation.READ, Operation.UPDATE, Operation.LIST)) {
      assertRefused(
          Refusal.Invalid.class, () -> ask(Optional.of(ANNA), operation, tooLong, "{'x':1}"));
    }
  }

  @Test
  void hasNothingForBatchTokensOrNobody() {
    for (Operation operation :
        List.of(Operation.READ, Operation.UPDATE, Operation.LIST, Operation.DELETE)) {
      assertRefused(
          Refusal.Invalid.class, () -> ask(Optional.of(BATCH), operation, "a", "{'x':1}"));
      assertRefused(Refusal.Denied.class, () -> ask(Optional.empty(), operation, "a", "{'x':1}"));
    }
  }

  private record OfTransaction(Transaction transaction) implements EngineStorage {
    private static final KeyLocks LOCKS = new KeyLocks();

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
      transaction.lock(LOCKS, key);
    }

    @Override
    public void afterCommit(Runnable action) {
      transaction.afterCommit(action);
    }
  }
}
