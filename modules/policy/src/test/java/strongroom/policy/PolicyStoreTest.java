package strongroom.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static strongroom.policy.Policies.allows;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.logical.Operation;
import strongroom.logical.RefusedException;
import strongroom.storage.Batch;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

class PolicyStoreTest {
  private final InMemoryStorage storage = new InMemoryStorage();
  private final PolicyStore store = new PolicyStore(storage);

  @BeforeEach
  void bootstrap() {
    try (Transaction tx = new Transaction(storage)) {
      PolicyStore.bootstrap(tx);
      tx.commit();
    }
  }

  private void put(String name, String text) throws PolicySyntax {
    try (Transaction tx = new Transaction(storage)) {
      store.put(tx, Policy.parse(name, text));
      tx.commit();
    }
  }

  private void delete(String name) {
    try (Transaction tx = new Transaction(storage)) {
      store.delete(tx, name);
      tx.commit();
    }
  }

  private boolean reads(String policy, String path) {
    return allows(store.aclFor(List.of(policy)), Operation.READ, path);
  }

  @Test
  void keepsPoliciesByNameInLowerCase() throws Exception {
    put(" Team/App%2F ", "path \"x\" { capabilities = [\"read\"] }");
    assertThat(store.names()).containsExactly("default", "root", "team/app%2f");
    assertThat(store.find("TEAM/app%2F").orElseThrow().text()).contains("path \"x\"");
    assertThat(reads("team/APP%2f", "x")).isTrue();
    assertThat(new PolicyStore(storage).find("team/app%2f")).isPresent();
  }

  @Test
  void keepsAnEmptyPolicy() throws Exception {
    put("empty", "");
    assertThat(new PolicyStore(storage).find("empty").orElseThrow().text()).isEmpty();
  }

  @Test
  void takesEffectAfterTheCommitAndNotBefore() throws Exception {
    put("p", "path \"x\" { capabilities = [\"read\"] }");
    assertThat(reads("p", "x")).isTrue();
    try (Transaction tx = new Transaction(storage)) {
      store.put(tx, Policy.parse("p", "path \"y\" { capabilities = [\"read\"] }"));
      assertThat(reads("p", "x")).isTrue();
      assertThat(reads("p", "y")).isFalse();
      tx.commit();
    }
    assertThat(reads("p", "x")).isFalse();
    assertThat(reads("p", "y")).isTrue();
    delete("P");
    assertThat(reads("p", "y")).isFalse();
    assertThat(store.find("p")).isEmpty();
  }

  @Test
  void forgetsWhatWasRolledBack() throws Exception {
    try (Transaction tx = new Transaction(storage)) {
      store.put(tx, Policy.parse("p", ""));
    }
    assertThat(store.find("p")).isEmpty();
  }

  @Test
  void compilesTheSameNamesOnce() {
    Acl first = store.aclFor(List.of("default", "b"));
    assertThat(store.aclFor(List.of("default", "b"))).isSameAs(first);
    assertThat(store.aclFor(List.of("B", "Default", "b"))).isSameAs(first);
    store.forget();
    assertThat(store.aclFor(List.of("default", "b"))).isNotSameAs(first);
  }

  @Test
  void seesAPolicyThatIsWrittenAfterAToken() throws Exception {
    assertThat(reads("later", "x")).isFalse();
    put("later", "path \"x\" { capabilities = [\"read\"] }");
    assertThat(reads("later", "x")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "ROOT", "response-wrapping", "", "  "})
  void refusesToWriteWhatIsBuiltInOrHasNoName(String name) {
    assertThatThrownBy(() -> put(name, "")).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> put("x".repeat(Policy.NAME_LENGTH_MAX + 1), ""))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void refusesATextThatIsTooLong() {
    String text = "# " + "x".repeat(512 * 1024);
    assertThatThrownBy(() -> put("long", text))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "default", "Default", "response-wrapping"})
  void refusesToDeleteWhatIsBuiltIn(String name) {
    assertThatThrownBy(() -> delete(name))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("cannot be deleted");
  }

  @Test
  void deletesWhatIsNotThere() {
    delete("nobody");
    delete("");
    assertThat(store.names()).containsExactly("default", "root");
  }

  @Test
  void letsDefaultBeChanged() throws Exception {
    put("default", "# none");
    assertThat(store.aclFor(List.of("default")).rules()).isEmpty();
  }

  @Test
  void givesRootsEverything() {
    assertThat(store.aclFor(List.of("root")).root()).isTrue();
    assertThat(store.find("root")).contains(Policy.ROOT);
  }

  @ParameterizedTest
  @CsvSource({
    "auth/token/lookup-self,read",
    "auth/token/renew-self,update",
    "auth/token/revoke-self,update",
    "sys/capabilities-self,update",
    "sys/internal/ui/resultant-acl,read",
    "sys/renew,update",
    "sys/leases/renew,update",
    "sys/leases/lookup,update",
    "cubbyhole/a/b,'create,read,update,delete,list'",
    "sys/wrapping/wrap,update",
    "sys/wrapping/lookup,update",
    "sys/wrapping/unwrap,update",
    "sys/tools/hash,update",
    "sys/tools/hash/sha2-256,update",
    "sys/control-group/request,update",
    "identity/oidc/provider/p/authorize,'read,update'",
    "secret/x,deny",
    "sys/policies/acl/default,deny",
    "auth/token/create,deny",
  })
  void grantsByDefaultWhatVaultGrants(String path, String capabilities) {
    Acl acl = store.aclFor(List.of("default"));
    assertThat(acl.capabilities(path).stream().map(Capability::wireName))
        .containsExactlyInAnyOrder(capabilities.split(","));
  }

  @Test
  void letsAWrappingTokenUnwrapOnly() {
    Acl acl = store.aclFor(List.of("response-wrapping"));
    assertThat(acl.rules()).hasSize(2);
    assertThat(allows(acl, Operation.UPDATE, "sys/wrapping/unwrap")).isTrue();
    assertThat(allows(acl, Operation.READ, "cubbyhole/response")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"text\": \"path {\"}", "garbage"})
  void callsADamagedPolicyDamaged(String stored) {
    storage.commit(new Batch().put("sys/policy/bad", stored.getBytes(UTF_8)));
    assertThatThrownBy(() -> store.find("bad")).isInstanceOf(StorageFault.Damaged.class);
    assertThatThrownBy(() -> store.aclFor(List.of("default", "bad")))
        .isInstanceOf(StorageFault.Damaged.class)
        .hasMessageContaining("sys/policy/bad");
  }

  @Test
  void neverKeepsAnOldPolicyWhenReadersAndWritersRace() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService readers = Executors.newFixedThreadPool(3)) {
      List<Future<?>> running =
          List.of(
              readers.submit(() -> readUntil(done)),
              readers.submit(() -> readUntil(done)),
              readers.submit(() -> readUntil(done)));
      for (int i = 0; i < 2_000; i++) {
        put("p", "path \"x" + i + "\" { capabilities = [\"read\"] }");
        assertThat(reads("p", "x" + i)).isTrue();
        assertThat(reads("p", "x" + (i - 1))).isFalse();
      }
      done.set(true);
      for (Future<?> reader : running) {
        reader.get();
      }
    }
  }

  private void readUntil(AtomicBoolean done) {
    while (!done.get()) {
      store.aclFor(List.of("p", "default"));
      store.aclFor(List.of("p"));
    }
  }
}
