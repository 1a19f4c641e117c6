package strongroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

class SpecPathsTest {
  private static final String AT = "sys/internal/specs/openapi";
  private final House house = new House();
  private final House.As root = house.root();

  @AfterEach
  void close() {
    house.close();
  }

  private static JsonObject member(JsonObject json, String... path) {
    JsonObject at = json;
    for (String part : path) {
      at = (JsonObject) at.member(part).orElseThrow(() -> new AssertionError(part));
    }
    return at;
  }

  private static String text(JsonObject json, String name) {
    return ((JsonString) json.member(name).orElseThrow()).value();
  }

  @Test
  void tellsTheApiOfAllThatIsMounted() {
    root.write("sys/mounts/some/kv", "{'type':'kv','options':{'version':'2'}}").expect(204);
    JsonObject paths = root.read(AT).expect(200).object("paths");
    assertThat(paths.members().keySet())
        .contains(
            "/auth/token/create",
            "/cubbyhole/{path}",
            "/some/kv/data/{path}",
            "/sys/mounts/{path}",
            "/sys/quotas/rate-limit/{name}",
            "/sys/seal");
    JsonObject quota = member(paths, "/sys/quotas/rate-limit/{name}");
    assertThat(quota.members().keySet())
        .containsExactly("description", "parameters", "get", "post", "delete");
    JsonObject properties =
        member(quota, "post", "requestBody", "content", "application/json", "schema", "properties");
    assertThat(text(member(properties, "rate"), "type")).isEqualTo("number");
    assertThat(text(member(properties, "interval"), "format")).isEqualTo("duration");
    assertThat(properties.member("name")).isEmpty();
    assertThat(member(paths, "/sys/seal").member("x-vault-sudo")).contains(new JsonBoolean(true));
    assertThat(member(paths, "/sys/internal/ui/mounts").member("x-vault-unauthenticated"))
        .contains(new JsonBoolean(true));
  }

  @Test
  void everyOperationHasAnIdOfItsOwnAndEveryPartOfAPathItsParameter() {
    root.write("sys/mounts/a", "{'type':'kv','options':{'version':'2'}}").expect(204);
    root.write("sys/mounts/b", "{'type':'kv'}").expect(204);
    List<String> ids = new ArrayList<>();
    for (String generic : List.of("false", "true")) {
      ids.clear();
      root.write(AT, "{'generic_mount_paths':" + generic + "}")
          .expect(200)
          .object("paths")
          .members()
          .forEach(
              (path, item) -> {
                ids.addAll(ids((JsonObject) item));
                assertThat(parameters((JsonObject) item))
                    .as(path)
                    .containsExactlyInAnyOrderElementsOf(
                        Stream.of(path.split("/"))
                            .filter(part -> part.startsWith("{"))
                            .map(part -> part.substring(1, part.length() - 1))
                            .toList());
              });
      assertThat(ids).hasSizeGreaterThan(100).doesNotHaveDuplicates();
    }
  }

  private static List<String> ids(JsonObject item) {
    return item.members().values().stream()
        .filter(JsonObject.class::isInstance)
        .map(operation -> text((JsonObject) operation, "operationId"))
        .toList();
  }

  private static List<String> parameters(JsonObject item) {
    JsonValue parameters = item.member("parameters").orElse(new JsonArray(List.of()));
    return ((JsonArray) parameters)
        .items().stream().map(one -> text((JsonObject) one, "name")).toList();
  }

  @Test
  void namesTheMountWhereAnyOfItsKindIsMeant() {
    root.write("sys/mounts/a", "{'type':'kv','options':{'version':'2'}}").expect(204);
    root.write("sys/auth/gate", "{'type':'gate'}").expect(204);
    Map<String, JsonValue> paths =
        root.write(AT, "{'generic_mount_paths':true}").expect(200).object("paths").members();
    assertThat(paths)
        .containsKeys(
            "/{kv_v2_mount_path}/data/{path}",
            "/auth/{gate_mount_path}/login",
            "/auth/token/create",
            "/sys/mounts")
        .doesNotContainKey("/a/data/{path}");
    JsonArray parameters =
        (JsonArray)
            ((JsonObject) paths.get("/auth/{gate_mount_path}/login"))
                .member("parameters")
                .orElseThrow();
    assertThat(text(member((JsonObject) parameters.items().getFirst(), "schema"), "default"))
        .isEqualTo("gate");
  }

  @Test
  void tellsOfTheMountsThatTheCallerMayUseOnly() {
    root.write("sys/mounts/a", "{'type':'kv'}").expect(204);
    root.write("sys/mounts/b", "{'type':'kv'}").expect(204);
    house.as("").read(AT).expect(403);
    house.as("hvs.wrong").read(AT).expect(403);
    assertThat(
            house
                .with("path \"b/x\" { capabilities = [\"read\"] }")
                .read(AT)
                .expect(200)
                .object("paths")
                .members())
        .containsKey("/b/{path}")
        .doesNotContainKey("/a/{path}");
  }

  @Test
  void aTokenOfAnotherNetworkLearnsNothingOfTheMounts() {
    root.write(
            "auth/token/roles/r",
            "{'token_bound_cidrs':['10.0.0.0/8'],'allowed_policies':['default']}")
        .expect(204);
    House.As bound = house.as(root.write("auth/token/create/r", "{}").expect(200).token());
    bound.read(AT).expect(403);
    bound.read("sys/internal/ui/mounts/cubbyhole").expect(403);
    assertThat(bound.read("sys/internal/ui/mounts").expect(200).object("secret").members())
        .isEmpty();
  }

  @Test
  void countsWhatThereIs() {
    House.Answer before = root.read("sys/internal/counters/tokens").expect(200);
    assertThat(before.at("counters", "service_tokens", "total")).isEqualTo(JsonNumber.of(1));
    root.write("auth/token/create", "{}").expect(200);
    assertThat(root.read("sys/internal/counters/tokens").at("counters", "service_tokens", "total"))
        .isEqualTo(JsonNumber.of(2));
    assertThat(root.read("sys/internal/counters/entities").at("counters", "entities", "total"))
        .isEqualTo(JsonNumber.of(0));
    for (int i = 0; i < 3; i++) {
      root.write("identity/entity", "{'name':'e" + i + "'}").expect(200);
    }
    assertThat(root.read("sys/internal/counters/entities").at("counters", "entities", "total"))
        .isEqualTo(JsonNumber.of(3));
    root.read("sys/internal/counters/requests").expect(404);
    assertThat(root.read("sys/internal/counters/config").expect(200).string("enabled"))
        .isEqualTo("default-disabled");
  }
}
