package strongroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;

/** {@code identity/} as Vault's API documents it: codes, members, zero values. */
class IdentityPathsTest {
  private final House house = new House();
  private final House.As root = house.root();

  @AfterEach
  void close() {
    house.close();
  }

  private String accessor() {
    return root.read("sys/auth/token").expect(200).string("accessor");
  }

  private String make(String path, String json) {
    return root.write("identity/" + path, json).expect(200).string("id");
  }

  private String alias(String name, String entity) {
    return make(
        "entity-alias",
        "{'name':'%s','canonical_id':'%s','mount_accessor':'%s'}"
            .formatted(name, entity, accessor()));
  }

  @Test
  void anEntityIsMadeChangedReadAndDeleted() {
    House.Answer made = root.write("identity/entity", "{'name':'ann'}").expect(200);
    assertThat(made.body().members()).containsOnlyKeys("aliases", "id", "name");
    assertThat(made.at("aliases")).isEqualTo(JsonNull.NULL);
    String id = made.string("id");

    House.Answer fresh = root.read("identity/entity/id/" + id).expect(200);
    assertThat(fresh.body().members())
        .containsOnlyKeys(
            "aliases",
            "creation_time",
            "direct_group_ids",
            "disabled",
            "group_ids",
            "id",
            "inherited_group_ids",
            "last_update_time",
            "merged_entity_ids",
            "metadata",
            "name",
            "namespace_id",
            "policies");
    assertThat(fresh.text())
        .contains("\"aliases\":[]", "\"policies\":[]", "\"group_ids\":[]", "\"disabled\":false")
        .contains("\"metadata\":null", "\"merged_entity_ids\":null", "\"namespace_id\":\"root\"");

    root.write(
            "identity/entity/id/" + id,
            "{'name':'Ann B','policies':'Two, one,two','metadata':['team=x','site=a=b']}")
        .expect(204);
    House.Answer changed = root.read("identity/entity/name/ann b").expect(200);
    assertThat(changed.string("name")).isEqualTo("Ann B");
    assertThat(changed.strings("policies")).containsExactly("one", "two");
    assertThat(changed.object("metadata").members()).containsOnlyKeys("team", "site");
    assertThat(changed.string("metadata", "site")).isEqualTo("a=b");
    root.read("identity/entity/name/ann").expect(404);

    root.delete("identity/entity/name/ANN B").expect(204);
    root.delete("identity/entity/id/" + id).expect(204);
    root.read("identity/entity/id/" + id).expect(404);
    root.list("identity/entity/id").expect(404);
  }

  @Test
  void whatAnUpdateLeavesOutStays() {
    String id =
        make("entity", "{'name':'ann','policies':['one'],'metadata':{'a':'b'},'disabled':true}");

    root.write("identity/entity", "{'id':'" + id + "','policies':['two']}").expect(204);
    House.Answer read = root.read("identity/entity/id/" + id);
    assertThat(read.text()).contains("\"disabled\":true", "\"metadata\":{\"a\":\"b\"}");
    assertThat(read.strings("policies")).containsExactly("two");
    root.write("identity/entity", "{'name':'ANN','metadata':{}}").expect(204);
    assertThat(root.read("identity/entity/id/" + id).at("metadata")).isEqualTo(JsonNull.NULL);
  }

  @Test
  void namesAndFactorsBelongToOneAlone() {
    String ann = make("entity", "{'name':'ann'}");
    String bob = make("entity", "{'name':'bob'}");
    alias("ann", ann);
    String other = alias("bob", bob);

    root.write("identity/entity/id/" + bob, "{'name':'ANN'}").expect(400);
    root.write("identity/entity-alias/id/" + other, "{'name':'Ann'}").expect(400);
    root.write(
            "identity/entity-alias",
            "{'name':'new','canonical_id':'" + ann + "','mount_accessor':'" + accessor() + "'}")
        .expect(400);
    root.write("identity/entity-alias/id/" + other, "{'canonical_id':'" + ann + "'}").expect(400);
    String group = make("group", "{'name':'g'}");
    make("group", "{'name':'h'}");
    root.write("identity/group/id/" + group, "{'name':'H'}").expect(400);
  }

  @Test
  void listsTellWhoIsBehindAnId() {
    String ann = make("entity", "{'name':'ann'}");
    String alias = alias("ann@example.com", ann);

    for (String path : List.of("identity/entity/id", "identity/entity/id/")) {
      House.Answer list = root.list(path).expect(200);
      assertThat(list.strings("keys")).containsExactly(ann);
      JsonObject told = list.object("key_info", ann);
      assertThat(told.members()).containsOnlyKeys("aliases", "name");
    }
    assertThat(root.list("identity/entity/name").strings("keys")).containsExactly("ann");
    assertThat(root.list("identity/entity/name").text())
        .contains(
            "{\"id\":\"" + alias + "\",\"mount_accessor\":\"" + accessor(),
            "\"mount_path\":\"auth/token/\",\"mount_type\":\"token\"}");
    House.Answer aliases = root.list("identity/entity-alias/id").expect(200);
    assertThat(aliases.strings("keys")).containsExactly(alias);
    assertThat(aliases.string("key_info", alias, "canonical_id")).isEqualTo(ann);
  }

  @ParameterizedTest
  @ValueSource(strings = {"entity-alias", "alias", "persona"})
  void anAliasIsMadeReadChangedMovedAndDeleted(String prefix) {
    String path = "identity/" + prefix;
    House.Answer made =
        root.write(path, "{'name':'ann','mount_accessor':'" + accessor() + "'}").expect(200);
    assertThat(made.body().members()).containsOnlyKeys("canonical_id", "id");
    String id = made.string("id");
    House.Answer read = root.read(path + "/id/" + id).expect(200);
    assertThat(read.body().members())
        .containsOnlyKeys(
            "canonical_id",
            "creation_time",
            "custom_metadata",
            "id",
            "last_update_time",
            "local",
            "merged_from_canonical_ids",
            "metadata",
            "mount_accessor",
            "mount_path",
            "mount_type",
            "name",
            "namespace_id");
    assertThat(read.at("metadata")).isEqualTo(JsonNull.NULL);

    root.write(path + "/id/" + id, "{}").expect(204);
    root.write(path + "/id/" + id, "{'custom_metadata':{'a':'b'}}").expect(200);
    assertThat(root.read(path + "/id/" + id).string("custom_metadata", "a")).isEqualTo("b");
    String other = make("entity", "{'name':'other'}");
    root.write(path, "{'id':'" + id + "','canonical_id':'" + other + "','name':'ann2'}")
        .expect(200);
    assertThat(root.read("identity/entity/name/other").text()).contains("\"name\":\"ann2\"");
    assertThat(root.read("identity/entity/id/" + made.string("canonical_id")).text())
        .contains("\"aliases\":[]");

    root.delete(path + "/id/" + id).expect(204);
    root.delete(path + "/id/" + id).expect(204);
    root.read(path + "/id/" + id).expect(404);
    root.write(path + "/id/" + id, "{'name':'x'}").expect(400);
    root.write(path, "{'name':'x'}").expect(400);
  }

  @Test
  void aGroupIsMadeChangedReadAndDeleted() {
    String entity = make("entity", "{}");
    House.Answer made = root.write("identity/group", "{'name':'ops'}").expect(200);
    assertThat(made.body().members()).containsOnlyKeys("id", "name");
    String id = made.string("id");
    House.Answer fresh = root.read("identity/group/id/" + id).expect(200);
    assertThat(fresh.body().members())
        .containsOnlyKeys(
            "alias",
            "creation_time",
            "id",
            "last_update_time",
            "member_entity_ids",
            "member_group_ids",
            "metadata",
            "modify_index",
            "name",
            "namespace_id",
            "parent_group_ids",
            "policies",
            "type");
    assertThat(fresh.text())
        .contains("\"alias\":{}", "\"member_entity_ids\":[]", "\"member_group_ids\":null")
        .contains("\"parent_group_ids\":null", "\"modify_index\":1", "\"type\":\"internal\"");

    root.write("identity/group/name/OPS", "{'member_entity_ids':'" + entity + "'}").expect(204);
    House.Answer changed = root.read("identity/group/id/" + id).expect(200);
    assertThat(changed.strings("member_entity_ids")).containsExactly(entity);
    assertThat(changed.text()).contains("\"modify_index\":2");
    House.Answer list = root.list("identity/group/name").expect(200);
    assertThat(list.strings("keys")).containsExactly("OPS");
    assertThat(list.object("key_info", id).members())
        .containsOnlyKeys("name", "num_member_entities", "num_parent_groups");
    root.write("identity/group/id/" + id, "{'type':'external'}").expect(400);
    root.delete("identity/group/name/ops").expect(204);
    root.read("identity/group/id/" + id).expect(404);
  }

  @Test
  void noGroupIsEverAmongItsOwnMembers() {
    String a = make("group", "{'name':'a'}");
    String b = make("group", "{'name':'b','member_group_ids':['" + a + "']}");
    String c = make("group", "{'name':'c','member_group_ids':['" + b + "']}");

    for (String member : List.of(a, b, c)) {
      root.write("identity/group/id/" + a, "{'member_group_ids':['" + member + "']}").expect(400);
    }
    root.write("identity/group/id/" + a, "{'member_group_ids':['x']}").expect(400);
    assertThat(root.read("identity/group/id/" + a).strings("parent_group_ids")).containsExactly(b);
  }

  @Test
  void anExternalGroupHasAnAliasAndNoMembersOfPeoplesMaking() {
    String group = make("group", "{'name':'ext','type':'external'}");
    String entity = make("entity", "{}");
    root.write("identity/group/id/" + group, "{'member_entity_ids':['" + entity + "']}")
        .expect(400);
    root.write("identity/group/id/" + group, "{'member_group_ids':[]}").expect(400);
    String internal = make("group", "{'name':'int'}");
    String factors = "'name':'staff','mount_accessor':'" + accessor() + "'";
    root.write("identity/group-alias", "{" + factors + ",'canonical_id':'" + internal + "'}")
        .expect(400);

    String alias = make("group-alias", "{" + factors + ",'canonical_id':'" + group + "'}");
    House.Answer read = root.read("identity/group/name/ext").expect(200);
    assertThat(read.string("alias", "id")).isEqualTo(alias);
    assertThat(read.string("alias", "mount_path")).isEqualTo("auth/token/");
    root.write("identity/group-alias", "{'name':'STAFF','mount_accessor':'" + accessor() + "'}")
        .expect(400);
    root.write("identity/group-alias/id/" + alias, "{" + factors + "}").expect(204);
    assertThat(root.list("identity/group-alias/id").strings("keys")).containsExactly(alias);
    House.Answer made =
        root.write("identity/group-alias", "{'name':'b','mount_accessor':'" + accessor() + "'}")
            .expect(200);
    assertThat(root.read("identity/group/id/" + made.string("canonical_id")).string("type"))
        .isEqualTo("external");
    root.delete("identity/group-alias/id/" + alias).expect(204);
    root.read("identity/group-alias/id/" + alias).expect(404);
    assertThat(root.read("identity/group/name/ext").object("alias").isEmpty()).isTrue();
  }

  @Test
  void mergingAsksWhichOfTwoAliasesOfOneMountStays() {
    String ann = make("entity", "{'name':'ann'}");
    String bob = make("entity", "{'name':'bob'}");
    String cid = make("entity", "{'name':'cid'}");
    String annsAlias = alias("ann", ann);
    String bobsAlias = alias("bob", bob);
    alias("cid", cid);
    String fromBob = "'from_entity_ids':['" + bob + "'],'to_entity_id':'" + ann + "'";

    for (String refused :
        List.of(
            "{" + fromBob + "}",
            "{" + fromBob + ",'conflicting_alias_ids_to_keep':['x']}",
            "{'from_entity_ids':['" + bob + "','" + cid + "'],'to_entity_id':'" + ann + "'}",
            "{'from_entity_ids':['" + ann + "'],'to_entity_id':'" + ann + "'}",
            "{'from_entity_ids':['x'],'to_entity_id':'" + ann + "'}",
            "{'from_entity_ids':['" + bob + "'],'to_entity_id':'x'}",
            "{'to_entity_id':'" + ann + "'}")) {
      root.write("identity/entity/merge", refused).expect(400);
    }
    root.write(
            "identity/entity/merge",
            "{" + fromBob + ",'conflicting_alias_ids_to_keep':['" + bobsAlias + "']}")
        .expect(204);
    root.read("identity/entity-alias/id/" + annsAlias).expect(404);
    assertThat(root.read("identity/entity-alias/id/" + bobsAlias).string("canonical_id"))
        .isEqualTo(ann);
    root.read("identity/entity/name/bob").expect(404);

    root.write(
            "identity/entity/merge",
            "{'from_entity_ids':['%s'],'to_entity_id':'%s','conflicting_alias_ids_to_keep':['%s']}"
                .formatted(cid, ann, bobsAlias))
        .expect(204);
    House.Answer read = root.read("identity/entity/id/" + ann).expect(200);
    assertThat(read.strings("merged_entity_ids")).containsExactly(bob, cid);
    assertThat(root.list("identity/entity-alias/id").strings("keys")).containsExactly(bobsAlias);
  }

  @Test
  void lookupFindsByExactlyOneThing() {
    String ann = make("entity", "{'name':'ann'}");
    String alias = alias("a", ann);
    String group = make("group", "{'name':'g','type':'external'}");
    String factors = "'name':'s','mount_accessor':'" + accessor() + "'";
    String groupAlias = make("group-alias", "{" + factors + ",'canonical_id':'" + group + "'}");
    String byFactors = "'alias_mount_accessor':'" + accessor() + "'";

    for (String one :
        List.of(
            "'id':'" + ann + "'",
            "'name':'Ann'",
            "'alias_id':'" + alias + "'",
            "'alias_name':'A'," + byFactors)) {
      assertThat(root.write("identity/lookup/entity", "{" + one + "}").expect(200).string("id"))
          .isEqualTo(ann);
    }
    for (String one :
        List.of(
            "'id':'" + group + "'",
            "'name':'G'",
            "'alias_id':'" + groupAlias + "'",
            "'alias_name':'S'," + byFactors)) {
      assertThat(root.write("identity/lookup/group", "{" + one + "}").expect(200).string("id"))
          .isEqualTo(group);
    }
    for (String kind : List.of("entity", "group")) {
      root.write("identity/lookup/" + kind, "{'name':'none'}").expect(204);
      for (String bad :
          List.of("{}", "{'id':'a','name':'b'}", "{'alias_name':'a'}", "{" + byFactors + "}")) {
        root.write("identity/lookup/" + kind, bad).expect(400);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"name\":\"a\\u0000b\"}",
        "{\"name\":\"\\ud800\"}",
        "{\"name\":\" \"}",
        "{\"metadata\":{\"a b\":\"c\"}}",
        "{\"metadata\":{\"\":\"c\"}}",
        "{\"metadata\":\"no pair\"}",
        "{\"metadata\":5}",
        "{\"disabled\":\"perhaps\"}",
        "{\"policies\":{}}",
        "{\"id\":\"../group/x\"}",
        "{\"id\":\"no-such\"}"
      })
  void refusesWhatNoEntityCanBe(String body) {
    root.write("identity/entity", body).expect(400);
    root.list("identity/entity/id").expect(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "a/", "a%2Fb", "..", "ä€𝄞", "'", "+", "*"})
  void takesAnyNameAsItIs(String name) {
    root.write("identity/entity/name/" + name, "{}").expect(200);
    root.write("identity/group/name/" + name, "{}").expect(200);
    assertThat(root.read("identity/entity/name/" + name).expect(200).string("name"))
        .isEqualTo(name);
    assertThat(root.read("identity/group/name/" + name).expect(200).string("name")).isEqualTo(name);
    root.delete("identity/entity/name/" + name).expect(204);
    root.delete("identity/group/name/" + name).expect(204);
  }
}
