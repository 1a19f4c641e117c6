package strongroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.logical.Json;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;

/** Tokens with an identity behind them, from the request down to storage. */
class IdentityTest {
  private final House house = new House();
  private final House.As root = house.root();

  @BeforeEach
  void policies() {
    root.write("sys/mounts/kv", "{'type':'kv'}").expect(204);
    policy(
        "mine",
        "path \"kv/{{identity.entity.name}}/*\" { capabilities = [\"create\", \"update\"] }");
    policy("team", "path \"kv/team\" { capabilities = [\"create\", \"update\"] }");
    policy("all", "path \"kv/all\" { capabilities = [\"create\", \"update\"] }");
    root.write(
            "auth/token/roles/r",
            "{'allowed_policies':['default'],'allowed_entity_aliases':['*'],'orphan':true}")
        .expect(204);
  }

  @AfterEach
  void close() {
    house.close();
  }

  private void policy(String name, String text) {
    byte[] body = Json.toBytes(JsonObject.builder().put("policy", text).build());
    root.write("sys/policies/acl/" + name, body).expect(204);
  }

  private House.Answer login(String alias) {
    return root.write("auth/token/create/r", "{'entity_alias':'" + alias + "'}").expect(200);
  }

  private String accessor() {
    return root.read("sys/auth/token").expect(200).string("accessor");
  }

  private String entity(String json) {
    return root.write("identity/entity", json).expect(200).string("id");
  }

  private String group(String json) {
    return root.write("identity/group", json).expect(200).string("id");
  }

  /** Whose token has what {@code json} says for its entity. */
  private House.As known(String alias, String json) {
    String id = entity(json);
    root.write(
            "identity/entity-alias",
            "{'name':'%s','canonical_id':'%s','mount_accessor':'%s'}"
                .formatted(alias, id, accessor()))
        .expect(200);
    return house.as(login(alias).token());
  }

  private static String entityOf(House.As token) {
    return token.read("auth/token/lookup-self").expect(200).string("entity_id");
  }

  @Test
  void aLoginMakesItsEntityOnceWhateverTheCaseOfItsName() {
    String id = entityOf(house.as(login("Ann").token()));
    assertThat(entityOf(house.as(login("ann").token()))).isEqualTo(id);
    assertThat(entityOf(house.as(login("bob").token()))).isNotEqualTo(id);

    House.Answer read = root.read("identity/entity/id/" + id).expect(200);
    assertThat(read.string("name")).startsWith("entity_");
    assertThat(read.text()).contains("\"name\":\"Ann\"").contains("\"mount_path\":\"auth/token/\"");
    assertThat(root.list("identity/entity/id").expect(200).strings("keys")).hasSize(2);
  }

  @Test
  void manyFirstLoginsOfOneNameMakeOneEntity() throws Exception {
    House.together(16, i -> login("ann"));

    assertThat(root.list("identity/entity/id").expect(200).strings("keys")).hasSize(1);
    assertThat(root.list("identity/entity-alias/id").expect(200).strings("keys")).hasSize(1);
  }

  @Test
  void loginsAndChangesByPeopleSideBySideLoseNothing() throws Exception {
    String ann = entity("{'name':'ann'}");
    House.together(
        15,
        i -> {
          switch (i % 3) {
            case 0 -> login("user" + i);
            case 1 -> group("{'name':'g%d','member_entity_ids':['%s']}".formatted(i, ann));
            default ->
                root.write("identity/entity/id/" + ann, "{'metadata':{'n':'" + i + "'}}")
                    .expect(204);
          }
        });

    assertThat(root.list("identity/entity/id").expect(200).strings("keys")).hasSize(6);
    assertThat(root.read("identity/entity/id/" + ann).strings("direct_group_ids")).hasSize(5);
  }

  @Test
  void policiesOfTheEntityAndOfItsGroupsApplyAtTheNextRequest() {
    House.As ann = known("ann", "{'name':'ann'}");
    ann.write("kv/ann/x", "{'a':1}").expect(403);

    root.write("identity/entity/name/ann", "{'policies':['mine']}").expect(204);
    ann.write("kv/ann/x", "{'a':1}").expect(204);
    ann.write("kv/bob/x", "{'a':1}").expect(403);

    String inner = group("{'name':'in','member_entity_ids':'" + entityOf(ann) + "'}");
    String outer = group("{'name':'out','policies':['team'],'member_group_ids':['" + inner + "']}");
    ann.write("kv/team", "{'a':1}").expect(204);
    House.Answer self = ann.read("auth/token/lookup-self").expect(200);
    assertThat(self.strings("identity_policies")).containsExactly("mine", "team");
    assertThat(self.strings("policies")).containsExactly("default");
    House.Answer read = root.read("identity/entity/name/ANN").expect(200);
    assertThat(read.strings("direct_group_ids")).containsExactly(inner);
    assertThat(read.strings("inherited_group_ids")).containsExactly(outer);
    assertThat(ann.write("sys/capabilities-self", "{'paths':['kv/team']}").strings("kv/team"))
        .containsExactly("create", "update");

    root.delete("identity/group/id/" + outer).expect(204);
    ann.write("kv/team", "{'a':1}").expect(403);
    root.write("identity/entity/name/ann", "{'policies':[]}").expect(204);
    ann.write("kv/ann/x", "{'a':1}").expect(403);
  }

  @Test
  void policiesOfADeletedGroupStopForThoseInsideIt() {
    House.As ann = known("ann", "{'name':'ann'}");
    String middle = group("{'name':'mid','member_entity_ids':['" + entityOf(ann) + "']}");
    group("{'name':'top','policies':['team'],'member_group_ids':['" + middle + "']}");
    ann.write("kv/team", "{'a':1}").expect(204);

    root.delete("identity/group/name/MID").expect(204);

    ann.write("kv/team", "{'a':1}").expect(403);
    assertThat(root.read("identity/group/name/top").expect(200).at("member_group_ids"))
        .isEqualTo(JsonNull.NULL);
  }

  @Test
  void aDisabledEntitysTokensAreRefusedUntilItIsEnabled() {
    House.As ann = known("ann", "{'name':'ann'}");
    root.write("identity/entity/name/ann", "{'disabled':true}").expect(204);

    ann.read("auth/token/lookup-self").expect(403);
    ann.write("cubbyhole/x", "{'a':1}").expect(403);
    ann.read("sys/internal/ui/mounts").expect(403);
    ann.read("no/such/mount").expect(403);
    ann.read("kv").expect(403);
    ann.read("sys/none").expect(403);
    root.write("auth/token/create/r", "{'entity_alias':'ann'}").expect(403);

    root.write("identity/entity/name/ann", "{'disabled':false}").expect(204);
    ann.read("auth/token/lookup-self").expect(200);
  }

  @Test
  void aDeletedEntitysTokensAreRefusedAndItsNameBringsANewOne() {
    House.As ann = known("ann", "{'name':'ann','policies':['all']}");
    String id = entityOf(ann);
    String group = group("{'member_entity_ids':['" + id + "']}");

    root.write("identity/entity/batch-delete", "{'entity_ids':['" + id + "']}").expect(204);

    ann.read("auth/token/lookup-self").expect(403);
    root.read("identity/entity/id/" + id).expect(404);
    assertThat(root.read("identity/group/id/" + group).strings("member_entity_ids")).isEmpty();
    House.As again = house.as(login("ann").token());
    assertThat(entityOf(again)).isNotEqualTo(id);
    again.write("kv/all", "{'a':1}").expect(403);
  }

  @Test
  void tokensOfAnEntityMergedAwayAreThoseOfTheOneItBecame() {
    House.As ann = known("ann", "{'name':'ann','policies':['all']}");
    String from = entityOf(ann);
    String to = entity("{'name':'team','policies':['team']}");
    String group = group("{'member_entity_ids':['" + from + "'],'policies':['mine']}");

    root.write(
            "identity/entity/merge",
            "{'from_entity_ids':['" + from + "'],'to_entity_id':'" + to + "'}")
        .expect(204);

    ann.write("kv/all", "{'a':1}").expect(403);
    ann.write("kv/team", "{'a':1}").expect(204);
    ann.write("kv/team/x", "{'a':1}").expect(204);
    root.read("identity/entity/id/" + from).expect(404);
    House.Answer read = root.read("identity/entity/id/" + to).expect(200);
    assertThat(read.strings("merged_entity_ids")).containsExactly(from);
    assertThat(read.text()).contains("\"merged_from_canonical_ids\":[\"" + from + "\"]");
    assertThat(root.read("identity/group/id/" + group).strings("member_entity_ids"))
        .containsExactly(to);
    assertThat(entityOf(house.as(login("ann").token()))).isEqualTo(to);
    root.write("identity/entity/id/" + to, "{'disabled':true}").expect(204);
    ann.read("auth/token/lookup-self").expect(403);
    root.delete("identity/entity/id/" + to).expect(204);
    ann.read("auth/token/lookup-self").expect(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "ROOT", " root", "ro\u200bot", "\uff52oot", "root\t"})
  void nobodyIsGivenTheRootPolicyHoweverItIsSpelled(String name) {
    byte[] body =
        Json.toBytes(
            JsonObject.builder().put("name", "x").put("policies", List.of("all", name)).build());
    entity("{'name':'x'}");
    group("{'name':'x'}");
    for (String path :
        List.of(
            "identity/entity",
            "identity/entity/name/x",
            "identity/entity/name/y",
            "identity/group",
            "identity/group/name/x",
            "identity/group/name/y")) {
      root.write(path, body).expect(400);
    }
    byte[] joined = Json.toBytes(JsonObject.builder().put("policies", "all," + name).build());
    root.write("identity/entity/name/x", joined).expect(400);
    assertThat(root.read("identity/entity/name/x").strings("policies")).isEmpty();
  }

  @Test
  void anAliasOfAnotherMountIsSomebodyElse() {
    House.As ann = known("ann", "{'name':'ann','policies':['all']}");
    String other = root.read("sys/mounts/kv").expect(200).string("accessor");

    for (String accessor : List.of(other, "auth_token_00000000", "../x", "a/b")) {
      root.write(
              "identity/entity-alias",
              "{'name':'ann','mount_accessor':'%s','canonical_id':'%s'}"
                  .formatted(accessor, entityOf(ann)))
          .expect(400);
      root.write("identity/group-alias", "{'name':'g','mount_accessor':'" + accessor + "'}")
          .expect(400);
      root.write(
              "identity/lookup/entity",
              "{'alias_name':'ann','alias_mount_accessor':'" + accessor + "'}")
          .expect(204);
    }
    root.write(
            "identity/lookup/entity",
            "{'alias_name':'ANN','alias_mount_accessor':'" + accessor() + "'}")
        .expect(200);
  }

  @Test
  void aTokenWithoutAnEntityHasNothingByTemplates() {
    policy("odd", "path \"kv/{{identity.entity.id}}\" { capabilities = [\"update\"] }");
    House.As nobody =
        house.as(root.write("auth/token/create", "{'policies':['odd']}").expect(200).token());

    nobody.write("kv/{{identity.entity.id}}", "{'a':1}").expect(403);
    nobody.write("kv/", "{'a':1}").expect(403);
  }

  @Test
  void aNameOfStarsReachesNoFurtherThanItself() {
    House.As star = known("star", "{'name':'*','policies':['mine']}");
    House.As slash = known("slash", "{'name':'a/b','policies':['mine']}");

    star.write("kv/ann/x", "{'a':1}").expect(403);
    slash.write("kv/a/b/x", "{'a':1}").expect(403);
    slash.read("auth/token/lookup-self").expect(200);
  }

  @Test
  void childrenHaveTheirParentsEntityAndOrphansNone() {
    House.As ann = known("ann", "{'name':'ann','policies':['maker']}");
    policy("maker", "path \"auth/token/create*\" { capabilities = [\"update\", \"sudo\"] }");

    House.As child = house.as(ann.write("auth/token/create", "{}").expect(200).token());
    House.As orphan = house.as(ann.write("auth/token/create-orphan", "{}").expect(200).token());

    assertThat(entityOf(child)).isEqualTo(entityOf(ann));
    assertThat(entityOf(orphan)).isEmpty();
  }

  @Test
  void everyoneMayReadTheirOwnEntity() {
    House.As ann = known("ann", "{'name':'ann'}");
    known("bob", "{'name':'bob'}");

    ann.read("identity/entity/id/" + entityOf(ann)).expect(200);
    ann.read("identity/entity/name/ann").expect(200);
    ann.read("identity/entity/name/bob").expect(403);
  }

  @Test
  void theMountCanBeNeitherMovedNorDisabled() {
    root.delete("sys/mounts/identity").expect(400);
    root.write("sys/remount", "{'from':'identity','to':'other'}").expect(400);
    root.write("sys/mounts/identity", "{'type':'kv'}").expect(400);
    root.write("sys/mounts/second", "{'type':'identity'}").expect(400);
    assertThat(root.read("sys/mounts/identity").expect(200).string("type")).isEqualTo("identity");
  }

  @Test
  void aRefusedOperationLeavesNothingBehind() {
    String id = entity("{'name':'ann'}");
    Map<String, String> refused =
        Map.of(
            "identity/entity/id/" + id,
            "{'name':'bob','metadata':{'a b':'c'}}",
            "identity/group",
            "{'name':'g','member_entity_ids':['00000000-0000']}",
            "identity/entity-alias",
            "{'name':'x','mount_accessor':'none','canonical_id':'x'}");
    refused.forEach((path, body) -> root.write(path, body).expect(400));

    assertThat(root.list("identity/entity/name").strings("keys")).containsExactly("ann");
    root.list("identity/group/id").expect(404);
    root.list("identity/entity-alias/id").expect(404);
  }
}
