package strongroom.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import strongroom.logical.Json;
import strongroom.logical.JsonLimits;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;

class DialectTest {
  private static Operation operation(String method, String query) {
    return Dialect.operation(method, Query.parse(query));
  }

  @Test
  void takesMethodsAndParametersForOperations() {
    assertThat(operation("GET", "")).isEqualTo(Operation.READ);
    assertThat(operation("HEAD", "")).isEqualTo(Operation.READ);
    assertThat(operation("GET", "list=true")).isEqualTo(Operation.LIST);
    assertThat(operation("GET", "list=1&x=y")).isEqualTo(Operation.LIST);
    assertThat(operation("GET", "list=false")).isEqualTo(Operation.READ);
    assertThat(operation("GET", "list=")).isEqualTo(Operation.READ);
    assertThat(operation("LIST", "")).isEqualTo(Operation.LIST);
    assertThat(operation("POST", "list=true")).isEqualTo(Operation.UPDATE);
    assertThat(operation("PUT", "")).isEqualTo(Operation.UPDATE);
    assertThat(operation("PATCH", "")).isEqualTo(Operation.PATCH);
    assertThat(operation("DELETE", "")).isEqualTo(Operation.DELETE);
    assertThat(operation("GET", "help=1")).isEqualTo(Operation.HELP);
    assertThat(operation("HELP", "")).isEqualTo(Operation.HELP);
    assertRefused(() -> operation("TRACE", ""), Refusal.Unsupported.class);
    assertRefused(() -> operation("get", ""), Refusal.Unsupported.class);
    assertRefused(() -> operation("GET", "list=maybe"), Refusal.Invalid.class);
  }

  private static void assertRefused(Runnable call, Class<? extends Refusal> kind) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.refusal()).isInstanceOf(kind));
  }

  @Test
  void makesABodyOfTheParametersOfARead() {
    String text =
        new String(Json.toBytes(Query.parse("a=1&b=x%20y&b=z+w&list=true&c&=d").toBody()), UTF_8);
    assertThat(text).isEqualTo("{\"a\":\"1\",\"b\":[\"x y\",\"z w\"],\"c\":\"\"}");
    assertThat(Query.parse("").toBody()).isEqualTo(JsonObject.EMPTY);
  }

  @Test
  void refusesParametersThatAreTooManyOrMalformed() {
    assertRefused(() -> Query.parse("a=1&".repeat(201)), Refusal.Invalid.class);
    assertRefused(() -> Query.parse("a=" + "&a=".repeat(201)), Refusal.Invalid.class);
    assertRefused(() -> Query.parse("a=%zz"), Refusal.Invalid.class);
    assertRefused(() -> Query.parse("a=%ff"), Refusal.Invalid.class);
    assertThat(Query.parse("a=1&".repeat(200)).first("a")).contains("1");
  }

  @Test
  void takesJsonWhateverItsMediaTypeAndFormsThatSaySo() {
    HttpFields form =
        HttpFields.build().put("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    assertThat(body("{\"a\":1}", form)).isEqualTo("{\"a\":1}");
    assertThat(body("a=1&b=x&b=y", form)).isEqualTo("{\"a\":\"1\",\"b\":\"x,y\"}");
    assertThat(body(" \n", form)).isEqualTo("{}");
    assertThat(body("{}", HttpFields.EMPTY)).isEqualTo("{}");
    assertThat(body("null", HttpFields.EMPTY)).isEqualTo("{}");
    assertRefused(() -> body("a=1", HttpFields.EMPTY), Refusal.Invalid.class);
    assertRefused(() -> body("[]", form), Refusal.Invalid.class);
    assertRefused(() -> body("1", HttpFields.EMPTY), Refusal.Invalid.class);
    assertRefused(() -> body("{} {}", HttpFields.EMPTY), Refusal.Invalid.class);
    assertRefused(() -> body("\0{}", HttpFields.EMPTY), Refusal.Invalid.class);
    assertRefused(
        () -> body("{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}", HttpFields.EMPTY),
        Refusal.TooLarge.class);
  }

  private static String body(String text, HttpFields headers) {
    return new String(
        Json.toBytes(Dialect.body(text.getBytes(UTF_8), headers, JsonLimits.DEFAULT)), UTF_8);
  }

  @Test
  void findsTheTokenInEitherHeader() {
    assertThat(Dialect.token(HttpFields.EMPTY)).isEmpty();
    assertThat(Dialect.token(HttpFields.build().put("X-Vault-Token", "hvs.a "))).isEqualTo("hvs.a");
    assertThat(Dialect.token(HttpFields.build().put("Authorization", "Bearer  hvs.b")))
        .isEqualTo("hvs.b");
    assertThat(Dialect.token(HttpFields.build().put("Authorization", "bearer hvs.b")))
        .isEqualTo("hvs.b");
    assertThat(Dialect.token(HttpFields.build().put("Authorization", "Basic eDp5"))).isEmpty();
    assertThat(
            Dialect.token(
                HttpFields.build()
                    .put("X-Vault-Token", "hvs.a")
                    .put("Authorization", "Bearer hvs.b")))
        .isEqualTo("hvs.a");
  }

  @Test
  void knowsTheRootNamespaceOnly() {
    for (String root : List.of("", "/", "root", "root/")) {
      Dialect.checkNamespace(HttpFields.build().put("X-Vault-Namespace", root));
    }
    Dialect.checkNamespace(HttpFields.EMPTY);
    assertRefused(
        () -> Dialect.checkNamespace(HttpFields.build().put("X-Vault-Namespace", "team-a/")),
        Refusal.NotFound.class);
  }

  @Test
  void readsTheLifetimeOfAWrapping() {
    assertThat(Dialect.wrapTtl(HttpFields.EMPTY)).isEmpty();
    assertThat(wrapTtl("")).isEmpty();
    assertThat(wrapTtl("0")).isEmpty();
    assertThat(wrapTtl("60")).contains(Duration.ofMinutes(1));
    assertThat(wrapTtl("5m")).contains(Duration.ofMinutes(5));
    assertRefused(() -> wrapTtl("soon"), Refusal.Invalid.class);
    assertRefused(() -> wrapTtl("-5s"), Refusal.Invalid.class);
  }

  private static java.util.Optional<Duration> wrapTtl(String text) {
    return Dialect.wrapTtl(HttpFields.build().put("X-Vault-Wrap-TTL", text));
  }

  @Test
  void wantsAMergePatchForAPatch() {
    Dialect.checkMediaType(
        Operation.PATCH,
        HttpFields.build().put("Content-Type", "Application/Merge-Patch+JSON;charset=utf-8"));
    Dialect.checkMediaType(Operation.UPDATE, HttpFields.EMPTY);
    assertRefused(
        () -> Dialect.checkMediaType(Operation.PATCH, HttpFields.EMPTY),
        Refusal.WrongMediaType.class);
    assertRefused(
        () ->
            Dialect.checkMediaType(
                Operation.PATCH, HttpFields.build().put("Content-Type", "application/json")),
        Refusal.WrongMediaType.class);
  }
}
