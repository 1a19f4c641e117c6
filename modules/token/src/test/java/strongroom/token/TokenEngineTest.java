package strongroom.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import strongroom.engine.Call;
import strongroom.engine.EndpointTable;
import strongroom.engine.Handler;
import strongroom.logical.Client;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.RefusedException;
import strongroom.logical.Request;
import strongroom.logical.Response;
import strongroom.policy.Holder;
import strongroom.policy.Policy;
import strongroom.policy.PolicyStore;
import strongroom.policy.PolicySyntax;
import strongroom.storage.KeyLocks;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Transaction;

class TokenEngineTest {
  private final Tokens tokens = new Tokens();
  private final KeyLocks locks = new KeyLocks();
  private final PolicyStore policies = policies();
  private final TokenEngine engine =
      new TokenEngine(
          tokens.store,
          new Rights(policies, this::holder, tokens.barrier),
          (transaction, accessor, alias) -> "entity of " + alias,
          call -> ((TransactionStorage) call.storage()).transaction());
  private final EndpointTable endpoints = new EndpointTable(engine.endpoints());
  private final String root =
      tokens.committed(t -> tokens.store.createRoot(t, Optional.empty())).text();

  private PolicyStore policies() {
    PolicyStore store = new PolicyStore(tokens.barrier);
    define(store, "maker", "path \"auth/token/create*\" { capabilities = [\"update\", \"sudo\"] }");
    for (String name : List.of("a", "b", "dev", "ops", "default")) {
      define(store, name, "path \"secret/x\" { capabilities = [\"read\"] }");
    }
    return store;
  }

  /** There is an identity of each name, with the policy {@code ops}. */
  private Optional<Holder> holder(String entityId, ReadableStorage from) {
    return Optional.of(new Holder(false, List.of("ops"), selector -> Optional.empty()));
  }

  private void define(PolicyStore store, String name, String text) {
    Policy policy;
    try {
      policy = Policy.parse(name, text);
    } catch (PolicySyntax e) {
      throw new IllegalArgumentException(e);
    }
    tokens.committed(
        transaction -> {
          store.put(transaction, policy);
          return true;
        });
  }

  private Response ask(String token, Operation operation, String path, String body) {
    JsonObject json;
    try {
      json = Json.parseObject(body.getBytes(StandardCharsets.UTF_8));
    } catch (Json.MalformedJson e) {
      throw new IllegalArgumentException(e);
    }
    EndpointTable.Match match = endpoints.find(path).orElseThrow();
    Handler handler = match.endpoint().handlers().get(operation);
    assertThat(handler).as(operation + " " + path).isNotNull();
    return tokens.committed(
        transaction ->
            handler.handle(
                new Call(
                    new Request(
                        "id",
                        operation,
                        "auth/token/" + path,
                        json,
                        token,
                        Client.LOCAL,
                        Optional.empty()),
                    match.parameters(),
                    Optional.empty(),
                    new Call.Mount(
                        "auth/token/",
                        "auth_token_1",
                        "token",
                        Map.of(),
                        Duration.ofDays(32),
                        Duration.ofDays(64)),
                    new TransactionStorage(transaction, locks),
                    tokens.clock.instant())));
  }

  private Response write(String token, String path, String body) {
    return ask(token, Operation.UPDATE, path, body);
  }

  private Fields create(String token, String body) {
    return auth(write(token, "create", body));
  }

  private static Fields auth(Response response) {
    return new Fields(response.auth().orElseThrow().body());
  }

  private Fields self(String token) {
    return data(ask(token, Operation.READ, "lookup-self", "{}"));
  }

  private static Fields data(Response response) {
    return new Fields((JsonObject) response.data().orElseThrow());
  }

  private String made(String token, String body) {
    return create(token, body).requiredString("client_token");
  }

  private void refused(String token, String path, String body, String why) {
    assertThatThrownBy(() -> write(token, path, body))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(why);
  }

  @Test
  void tellsOfANewTokenWhatVaultDoes() {
    Fields auth =
        create(root, "{\"policies\":[\"b\",\"a\"],\"meta\":{\"who\":\"me\"},\"ttl\":\"1h\"}");
    assertThat(auth.body().members().keySet())
        .containsExactlyInAnyOrder(
            "client_token",
            "accessor",
            "policies",
            "token_policies",
            "metadata",
            "lease_duration",
            "renewable",
            "entity_id",
            "token_type",
            "orphan",
            "mfa_requirement",
            "num_uses");
    assertThat(auth.strings("policies")).contains(List.of("a", "b", "default"));
    assertThat(auth.stringMap("metadata")).contains(Map.of("who", "me"));
    assertThat(auth.integer("lease_duration")).contains(3600L);
    assertThat(auth.bool("renewable")).contains(true);
    assertThat(auth.bool("orphan")).contains(false);
    assertThat(auth.string("token_type")).contains("service");
  }

  @Test
  void aTokenWithoutWishesHasItsParentsPoliciesAndTheMountsLifetime() {
    String parent = made(root, "{\"policies\":[\"dev\"]}");
    Fields auth = create(parent, "{}");
    assertThat(auth.strings("policies")).contains(List.of("default", "dev"));
    assertThat(auth.integer("lease_duration")).contains(Duration.ofDays(32).toSeconds());
  }

  @Test
  void aLifetimeBeyondTheMountsMaximumIsCutWithAWarning() {
    Response answer = write(root, "create", "{\"policies\":[\"a\"],\"ttl\":\"9000h\"}");
    assertThat(auth(answer).integer("lease_duration")).contains(Duration.ofDays(64).toSeconds());
    assertThat(answer.warnings()).hasSize(1);
  }

  @Test
  void aChildMayNotHaveMorePoliciesThanItsParent() {
    String parent = made(root, "{\"policies\":[\"dev\"]}");
    refused(parent, "create", "{\"policies\":[\"ops\"]}", "subset of parent");
    refused(parent, "create", "{\"policies\":[\"dev\",\"ops\"]}", "subset of parent");
    for (String rootName : List.of("root", "ROOT", " root", "Root ", "ro\u200bot", "\uff32oot")) {
      assertThatThrownBy(() -> create(parent, "{\"policies\":[\"" + rootName + "\"]}"))
          .isInstanceOf(RefusedException.class);
    }
    assertThat(create(parent, "{\"policies\":[\"dev\"]}").strings("policies"))
        .contains(List.of("default", "dev"));
  }

  @Test
  void noOneGetsTheWrappingPolicyOrRootBesideOthers() {
    refused(root, "create", "{\"policies\":[\"response-wrapping\"]}", "cannot be given");
    refused(root, "create", "{\"policies\":[\"root\",\"a\"]}", "may not have other policies");
    assertThat(create(root, "{\"policies\":[\"root\"]}").strings("policies"))
        .contains(List.of("root"));
  }

  @Test
  void theDefaultPolicyCanBeLeftOut() {
    assertThat(
            create(root, "{\"policies\":[\"a\"],\"no_default_policy\":true}").strings("policies"))
        .contains(List.of("a"));
  }

  @Test
  void onlyRootChoosesATokensTextAndNoneThatLooksMade() {
    String parent = made(root, "{\"policies\":[\"dev\"]}");
    refused(parent, "create", "{\"id\":\"mine\"}", "root or sudo");
    for (String id : List.of("hvs.x", "hvb.x", "hvr.x", "s.x", "b.x", "r.x", "with blank", "ü")) {
      refused(root, "create", "{\"policies\":[\"a\"],\"id\":\"" + id + "\"}", "custom token ID");
    }
    assertThat(made(root, "{\"policies\":[\"a\"],\"id\":\"mine\"}")).isEqualTo("mine");
    refused(root, "create", "{\"policies\":[\"a\"],\"id\":\"mine\"}", "duplicate");
  }

  @Test
  void onlyRootAndSudoMakeOrphansAndPeriodsAtCreate() {
    String parent = made(root, "{\"policies\":[\"dev\"]}");
    refused(parent, "create", "{\"no_parent\":true}", "root or sudo");
    refused(parent, "create", "{\"period\":\"1h\"}", "root or sudo");
    assertThat(create(root, "{\"policies\":[\"a\"],\"no_parent\":true}").bool("orphan"))
        .contains(true);
    assertThat(auth(write(parent, "create-orphan", "{}")).bool("orphan")).contains(true);
    String periodic = made(root, "{\"policies\":[\"a\"],\"period\":\"1h\"}");
    assertThat(self(periodic).integer("period")).contains(3600L);
  }

  @Test
  void aCountedTokenMakesNoTokens() {
    String counted = made(root, "{\"policies\":[\"dev\"],\"num_uses\":3}");
    refused(counted, "create", "{}", "restricted use token");
    refused(root, "create", "{\"policies\":[\"a\"],\"num_uses\":-1}", "num_uses");
  }

  @Test
  void batchTokensAreMadeWithinTheirBoundsAndMakeNoOthers() {
    String parent = made(root, "{\"policies\":[\"dev\"]}");
    Fields auth = create(parent, "{\"type\":\"batch\",\"ttl\":\"1h\"}");
    String batch = auth.requiredString("client_token");
    assertThat(batch).startsWith("hvb.");
    assertThat(auth.string("accessor")).contains("");
    assertThat(auth.bool("renewable")).contains(false);
    assertThat(auth.string("token_type")).contains("batch");
    assertThat(self(batch).string("type")).contains("batch");
    refused(batch, "create", "{}", "batch tokens cannot create");
    refused(batch, "renew-self", "{}", "batch tokens cannot be renewed");
    refused(batch, "revoke-self", "{}", "batch tokens cannot be revoked");
    refused(parent, "create", "{\"type\":\"batch\",\"num_uses\":2}", "num_uses");
    refused(parent, "create", "{\"type\":\"batch\",\"explicit_max_ttl\":5}", "explicit_max_ttl");
    refused(root, "create", "{\"type\":\"batch\"}", "root");
    refused(root, "create", "{\"type\":\"other\",\"policies\":[\"a\"]}", "service or batch");
  }

  @Test
  void anEndingRootTokenMakesNoRootTokenWithoutEnd() {
    String ending = made(root, "{\"policies\":[\"root\"],\"ttl\":\"1h\"}");
    assertThat(self(ending).integer("ttl")).contains(3600L);
    refused(ending, "create", "{\"policies\":[\"root\"]}", "expiring root tokens");
    refused(ending, "create", "{}", "expiring root tokens");
  }

  @Test
  void lookingUpARootTokenTellsWhatVaultDoes() {
    JsonObject told = self(root).body();
    assertThat(told.members().keySet())
        .containsExactlyInAnyOrder(
            "accessor",
            "creation_time",
            "creation_ttl",
            "display_name",
            "entity_id",
            "expire_time",
            "explicit_max_ttl",
            "id",
            "meta",
            "num_uses",
            "orphan",
            "path",
            "policies",
            "ttl",
            "type");
    assertThat(told.member("expire_time")).contains(JsonNull.NULL);
    assertThat(self(root).string("id")).contains(root);
    assertThat(self(root).string("path")).contains("auth/token/root");
    assertThat(self(root).integer("ttl")).contains(0L);
  }

  @Test
  void lookingUpTellsTheTimeLeftAndTheEnd() {
    String token = made(root, "{\"policies\":[\"a\"],\"ttl\":\"1h\",\"display_name\":\"x y\"}");
    tokens.clock.move(Duration.ofMinutes(10));
    Fields told = data(write(root, "lookup", "{\"token\":\"" + token + "\"}"));
    assertThat(told.integer("ttl")).contains(3000L);
    assertThat(told.integer("creation_ttl")).contains(3600L);
    assertThat(told.string("expire_time")).contains("2026-01-02T04:04:05Z");
    assertThat(told.string("issue_time")).contains("2026-01-02T03:04:05Z");
    assertThat(told.bool("renewable")).contains(true);
    assertThat(told.string("display_name")).contains("token-x-y");
    assertThat(told.string("path")).contains("auth/token/create");
  }

  @Test
  void lookingUpByAccessorDoesNotTellTheToken() {
    String token = made(root, "{\"policies\":[\"a\"]}");
    String accessor = self(token).requiredString("accessor");
    Fields told = data(write(root, "lookup-accessor", "{\"accessor\":\"" + accessor + "\"}"));
    assertThat(told.string("id")).contains("");
    assertThat(told.string("accessor")).contains(accessor);
    refused(root, "lookup-accessor", "{\"accessor\":\"nothing\"}", "invalid accessor");
    refused(root, "lookup", "{\"token\":\"hvs.nothing\"}", "bad token");
    refused(root, "lookup-accessor", "{}", "missing accessor");
  }

  @Test
  void renewsByTokenByAccessorAndItself() {
    String token = made(root, "{\"policies\":[\"a\"],\"ttl\":\"1h\"}");
    String accessor = self(token).requiredString("accessor");
    for (String path : List.of("renew", "renew-accessor", "renew-self")) {
      tokens.clock.move(Duration.ofMinutes(5));
      Response answer =
          write(
              path.equals("renew-self") ? token : root,
              path,
              "{\"token\":\"" + token + "\",\"accessor\":\"" + accessor + "\",\"increment\":7200}");
      assertThat(auth(answer).integer("lease_duration")).contains(7200L);
      assertThat(auth(answer).string("client_token"))
          .contains(path.equals("renew-accessor") ? "" : token);
    }
    assertThat(self(token).integer("last_renewal_time"))
        .contains(tokens.clock.instant().getEpochSecond());
    refused(root, "renew-self", "{}", "not renewable");
  }

  @Test
  void revokesByTokenByAccessorItselfAndAlone() {
    String byToken = made(root, "{\"policies\":[\"a\"]}");
    String byAccessor = made(root, "{\"policies\":[\"a\"]}");
    String itself = made(root, "{\"policies\":[\"a\"]}");
    String alone = made(root, "{\"policies\":[\"a\"]}");
    String child = made(alone, "{}");
    String accessor = self(byAccessor).requiredString("accessor");
    assertThat(write(root, "revoke", "{\"token\":\"" + byToken + "\"}").status()).isEqualTo(204);
    write(root, "revoke-accessor", "{\"accessor\":\"" + accessor + "\"}");
    write(itself, "revoke-self", "{}");
    write(root, "revoke-orphan", "{\"token\":\"" + alone + "\"}");
    for (String token : List.of(byToken, byAccessor, itself, alone)) {
      assertThat(tokens.store.lookup(token)).isEmpty();
    }
    assertThat(self(child).bool("orphan")).contains(true);
  }

  @Test
  void listsAllAccessors() {
    String accessor = self(made(root, "{\"policies\":[\"a\"]}")).requiredString("accessor");
    List<String> keys =
        data(ask(root, Operation.LIST, "accessors", "{}")).strings("keys").orElseThrow();
    assertThat(keys).hasSize(2).contains(accessor, self(root).requiredString("accessor"));
  }

  @Test
  void aRoleKeepsWhatItIsToldAndTellsItAll() {
    assertThatThrownBy(() -> ask(root, Operation.LIST, "roles", "{}"))
        .isInstanceOf(RefusedException.class);
    write(
        root,
        "roles/nomad",
        "{\"allowed_policies\":\"dev,TEST\",\"period\":\"1h\",\"orphan\":true,"
            + "\"path_suffix\":\"x\",\"token_bound_cidrs\":[\"10.0.0.0/8\"]}");
    write(root, "roles/nomad", "{\"token_num_uses\":4}");
    Fields role = data(ask(root, Operation.READ, "roles/nomad", "{}"));
    assertThat(role.strings("allowed_policies")).contains(List.of("dev", "test"));
    assertThat(role.integer("period")).contains(3600L);
    assertThat(role.integer("token_period")).contains(3600L);
    assertThat(role.bool("orphan")).contains(true);
    assertThat(role.bool("renewable")).contains(true);
    assertThat(role.integer("token_num_uses")).contains(4L);
    assertThat(role.string("token_type")).contains("default-service");
    assertThat(data(ask(root, Operation.LIST, "roles", "{}")).strings("keys"))
        .contains(List.of("nomad"));
    ask(root, Operation.DELETE, "roles/nomad", "{}");
    assertThatThrownBy(() -> ask(root, Operation.READ, "roles/nomad", "{}"))
        .isInstanceOf(RefusedException.class);
    refused(root, "roles/bad", "{\"token_type\":\"x\"}", "token_type");
    refused(root, "roles/bad", "{\"token_bound_cidrs\":\"not a net\"}", "CIDR");
    refused(root, "create/bad", "{}", "unknown role");
  }

  @Test
  void aRoleBoundsThePoliciesOfItsTokens() {
    write(
        root,
        "roles/r",
        "{\"allowed_policies\":[\"dev\"],\"allowed_policies_glob\":[\"team-*\",\"a*b*c\"],"
            + "\"disallowed_policies\":[\"team-secret\"],"
            + "\"disallowed_policies_glob\":[\"*-admin\"]}");
    String any = made(root, "{\"policies\":[\"unrelated\"]}");
    for (String good : List.of("dev", "team-red", "team-", "abc", "axbyc")) {
      assertThat(
              auth(write(any, "create/r", "{\"policies\":[\"" + good + "\"]}"))
                  .strings("policies")
                  .orElseThrow())
          .contains(good);
    }
    for (String bad : List.of("ops", "team", "team-secret", "team-admin", "axcyb", "root")) {
      refused(any, "create/r", "{\"policies\":[\"" + bad + "\"]}", "");
    }
    assertThat(auth(write(any, "create/r", "{}")).strings("policies"))
        .contains(List.of("default", "dev"));
  }

  @Test
  void aRoleThatOnlyDisallowsStillBoundsToTheCallersPolicies() {
    write(root, "roles/r", "{\"disallowed_policies\":[\"ops\"]}");
    String dev = made(root, "{\"policies\":[\"dev\"]}");
    String ops = made(root, "{\"policies\":[\"dev\",\"ops\"]}");
    refused(dev, "create/r", "{\"policies\":[\"other\"]}", "not allowed by role");
    refused(ops, "create/r", "{}", "not allowed by role");
    refused(ops, "create/r", "{\"policies\":[\"ops\"]}", "not allowed by role");
    assertThat(auth(write(ops, "create/r", "{\"policies\":[\"dev\"]}")).strings("policies"))
        .contains(List.of("default", "dev"));
  }

  @Test
  void aTokenOfARoleHasTheRolesSettings() {
    write(
        root,
        "roles/r",
        "{\"allowed_policies\":[\"dev\"],\"token_period\":\"2h\",\"token_explicit_max_ttl\":\"5h\","
            + "\"renewable\":false,\"orphan\":true,\"token_num_uses\":9,\"path_suffix\":\"sfx\","
            + "\"token_bound_cidrs\":[\"10.0.0.0/8\"],\"token_no_default_policy\":true}");
    String any = made(root, "{\"policies\":[\"x\"]}");
    Fields auth = auth(write(any, "create/r", "{}"));
    assertThat(auth.integer("lease_duration")).contains(7200L);
    assertThat(auth.bool("renewable")).contains(false);
    assertThat(auth.bool("orphan")).contains(true);
    assertThat(auth.integer("num_uses")).contains(9L);
    Fields told = self(auth.requiredString("client_token"));
    assertThat(told.string("role")).contains("r");
    assertThat(told.string("path")).contains("auth/token/create/r/sfx");
    assertThat(told.strings("bound_cidrs")).contains(List.of("10.0.0.0/8"));
    assertThat(told.strings("policies")).contains(List.of("dev"));
    assertThat(told.integer("explicit_max_ttl")).contains(18_000L);
  }

  @Test
  void aRoleSaysWhichTypeItsTokensHave() {
    String any = made(root, "{\"policies\":[\"dev\"]}");
    for (String type : List.of("service", "batch", "default-service", "default-batch")) {
      write(root, "roles/r", "{\"token_type\":\"" + type + "\",\"allowed_policies\":[\"dev\"]}");
      String expected = type.replace("default-", "");
      assertThat(auth(write(any, "create/r", "{}")).string("token_type")).contains(expected);
      String other = expected.equals("batch") ? "service" : "batch";
      assertThat(auth(write(any, "create/r", "{\"type\":\"" + other + "\"}")).string("token_type"))
          .contains(type.startsWith("default") ? other : expected);
    }
  }

  @Test
  void tidyStartsAndSaysSo() {
    Response answer = write(root, "tidy", "{}");
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.warnings()).isNotEmpty();
  }

  @Test
  void sudoOnThePathIsAsGoodAsRootButForRootItself() {
    String maker = made(root, "{\"policies\":[\"maker\"]}");
    assertThat(create(maker, "{\"no_parent\":true}").bool("orphan")).contains(true);
    assertThat(self(made(maker, "{\"period\":\"1h\"}")).integer("period")).contains(3600L);
    assertThat(made(maker, "{\"id\":\"chosen\"}")).isEqualTo("chosen");
    assertThat(create(maker, "{\"policies\":[\"ops\"]}").strings("policies"))
        .contains(List.of("default", "ops"));
    refused(maker, "create", "{\"policies\":[\"root\"]}", "parent token being root");
  }

  @Test
  void theDefaultPolicyIsNotGivenByATokenThatLacksIt() {
    String bare = made(root, "{\"policies\":[\"dev\"],\"no_default_policy\":true}");
    assertThat(create(bare, "{}").strings("policies")).contains(List.of("dev"));
    assertThat(create(bare, "{\"policies\":[\"dev\"]}").strings("policies"))
        .contains(List.of("dev"));
    refused(bare, "create", "{\"policies\":[\"dev\",\"default\"]}", "subset of parent");
  }

  @Test
  void aChildIsBoundToItsParentsNetworksUnlessARoleSaysOtherwise() {
    write(
        root, "roles/r", "{\"allowed_policies\":[\"dev\"],\"token_bound_cidrs\":[\"10.0.0.0/8\"]}");
    write(root, "roles/free", "{\"allowed_policies\":[\"dev\"]}");
    String bound = auth(write(root, "create/r", "{}")).requiredString("client_token");
    assertThat(self(made(bound, "{}")).strings("bound_cidrs")).contains(List.of("10.0.0.0/8"));
    String free = auth(write(bound, "create/free", "{}")).requiredString("client_token");
    assertThat(self(free).strings("bound_cidrs")).isEmpty();
  }

  @Test
  void aRolesCountOfUsesCannotBeRaisedByTheRequest() {
    write(root, "roles/r", "{\"allowed_policies\":[\"dev\"],\"token_num_uses\":2}");
    for (String wish : List.of("{}", "{\"num_uses\":0}", "{\"num_uses\":1000}")) {
      assertThat(auth(write(root, "create/r", wish)).integer("num_uses")).contains(2L);
    }
    assertThat(auth(write(root, "create/r", "{\"num_uses\":1}")).integer("num_uses")).contains(1L);
  }

  @Test
  void aRootTokenEndsByItsExplicitMaximum() {
    String ending = made(root, "{\"policies\":[\"root\"],\"explicit_max_ttl\":\"1h\"}");
    assertThat(self(ending).integer("ttl")).contains(3600L);
    tokens.clock.move(Duration.ofHours(2));
    assertThat(tokens.store.lookup(ending)).isEmpty();
  }

  @Test
  void aRoleThatDisallowsTheDefaultPolicyGivesNone() {
    write(
        root, "roles/r", "{\"allowed_policies\":[\"dev\"],\"disallowed_policies\":[\"default\"]}");
    assertThat(auth(write(root, "create/r", "{}")).strings("policies")).contains(List.of("dev"));
    refused(root, "create/r", "{\"policies\":[\"default\"]}", "not allowed by role");
    write(root, "roles/glob", "{\"allowed_policies_glob\":[\"d*\"]}");
    assertThat(auth(write(root, "create/glob", "{}")).strings("policies"))
        .contains(List.of("default"));
  }

  @Test
  void aRoleSaysItselfWhetherItsTokensAreOrphans() {
    write(root, "roles/r", "{\"allowed_policies\":[\"dev\"]}");
    assertThat(auth(write(root, "create/r", "{\"no_parent\":true}")).bool("orphan"))
        .contains(false);
  }

  @Test
  void aBatchTokenOfARoleTakesNoPeriodAndABatchRoleHasNone() {
    write(root, "roles/r", "{\"allowed_policies\":[\"dev\"],\"token_period\":\"2h\"}");
    Fields auth = auth(write(root, "create/r", "{\"type\":\"batch\",\"ttl\":\"1h\"}"));
    assertThat(auth.integer("lease_duration")).contains(3600L);
    refused(root, "roles/r", "{\"token_type\":\"batch\"}", "'token_type' cannot be 'batch'");
  }

  @Test
  void revokingWhatIsGoneIsNoMistake() {
    assertThat(write(root, "revoke", "{\"token\":\"hvs.nothing\"}").status()).isEqualTo(204);
    Response byAccessor = write(root, "revoke-accessor", "{\"accessor\":\"nothing\"}");
    assertThat(byAccessor.warnings()).containsExactly("No token found with this accessor");
    refused(root, "revoke-orphan", "{\"token\":\"hvs.nothing\"}", "token to revoke not found");
    refused(root, "renew", "{\"token\":\"hvs.nothing\"}", "token not found");
    refused(root, "revoke", "{}", "missing token");
  }

  @Test
  void warnsOfAPolicyThatIsNotThere() {
    assertThat(write(root, "create", "{\"policies\":[\"tpyo\"]}").warnings())
        .containsExactly("Policy \"tpyo\" does not exist");
    assertThat(write(root, "create", "{\"policies\":[\"dev\"]}").warnings()).isEmpty();
  }

  @Test
  void aDisplayNameHasLettersDigitsAndDashesOnly() {
    String token = made(root, "{\"policies\":[\"a\"],\"display_name\":\"é.b 7!\"}");
    assertThat(self(token).string("display_name")).contains("token---b-7");
  }

  @Test
  void anEntityAliasIsTakenByARoleThatAllowsIt() {
    write(root, "roles/r", "{\"allowed_policies\":[\"dev\"],\"allowed_entity_aliases\":\"App-*\"}");
    Response.Auth auth =
        write(root, "create/r", "{\"entity_alias\":\"app-7\"}").auth().orElseThrow();
    Fields told = new Fields(auth.body());
    assertThat(told.string("entity_id")).contains("entity of app-7");
    assertThat(told.strings("identity_policies")).contains(List.of("ops"));
    assertThat(told.strings("token_policies")).contains(List.of("default", "dev"));
    assertThat(told.strings("policies")).contains(List.of("default", "dev", "ops"));
    Fields shown = self(auth.clientToken());
    assertThat(shown.strings("policies")).contains(List.of("default", "dev"));
    assertThat(shown.strings("identity_policies")).contains(List.of("ops"));
    assertThat(shown.string("entity_id")).contains("entity of app-7");
  }

  @Test
  void anEntityAliasIsRefusedWithoutARoleThatAllowsIt() {
    write(root, "roles/none", "{\"allowed_policies\":[\"dev\"]}");
    write(root, "roles/r", "{\"allowed_policies\":[\"dev\"],\"allowed_entity_aliases\":\"app-*\"}");
    refused(root, "create", "{\"entity_alias\":\"x\"}", "in combination with token role");
    refused(root, "create/none", "{\"entity_alias\":\"x\"}", "invalid 'entity_alias' value");
    refused(root, "create/r", "{\"entity_alias\":\"xapp-1\"}", "invalid 'entity_alias' value");
  }

  @Test
  void nothingMadeByARefusedRequestIsLeft() {
    int before = tokens.keysBelow("").size();
    try (Transaction transaction = new Transaction(tokens.barrier)) {
      tokens.store.create(transaction, Tokens.service("", 0));
    }
    refused(root, "create", "{\"policies\":[\"root\",\"a\"]}", "");
    assertThat(tokens.keysBelow("")).hasSize(before);
  }
}
