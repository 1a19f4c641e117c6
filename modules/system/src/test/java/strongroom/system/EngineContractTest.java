package strongroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import strongroom.engine.Endpoint;
import strongroom.logical.Client;
import strongroom.logical.JsonArray;
import strongroom.logical.Operation;

/** What holds for every endpoint of every engine, whatever is sent to it. */
class EngineContractTest {
  private static final String MARKER = "marker-7c1e";

  /** Of no type that any member has by itself, or of the wrong one. */
  private static final List<String> VALUES =
      List.of(
          "{\"" + MARKER + "\":[{\"" + MARKER + "\":1}]}",
          "[[\"" + MARKER + "\"]]",
          "\"" + MARKER + "\"",
          "-1",
          "1e400",
          "123456789012345678901234567890",
          "0.5",
          "true",
          "null",
          "\"\"",
          "[]",
          "{}",
          "\"\\u0000\\n\"",
          "\"-9223372036854775808\"",
          "\"99999999999999999999d\"");

  private static final House HOUSE = new House();

  @BeforeAll
  static void mount() {
    HOUSE.root().write("sys/mounts/v1", "{'type':'kv'}").expect(204);
    HOUSE.root().write("sys/mounts/v2", "{'type':'kv-v2'}").expect(204);
    HOUSE.root().write("v2/data/known", "{'data':{'a':1}}").expect(200);
    HOUSE.root().write("v1/known", "{'a':1}").expect(204);
    HOUSE.root().write("cubbyhole/known", "{'a':1}").expect(204);
  }

  @AfterAll
  static void close() {
    HOUSE.close();
  }

  /**
   * An endpoint of a mount.
   *
   * @param mount its path
   */
  record Declared(String mount, Endpoint endpoint) {
    /** The path with {@code part} in the place of each of the pattern's parameters. */
    String path(String part) {
      return mount + endpoint.pattern().toString().replaceAll("\\{[^}]*}", part);
    }

    @Override
    public String toString() {
      return mount + endpoint.pattern();
    }
  }

  static List<Declared> endpoints() {
    List<Declared> all = new ArrayList<>();
    for (String mount : List.of("v1/", "v2/", "cubbyhole/", "sys/", "identity/", "auth/token/")) {
      for (Endpoint endpoint : HOUSE.mounts.route(mount).orElseThrow().endpoints().all()) {
        all.add(new Declared(mount, endpoint));
      }
    }
    return all;
  }

  private static House.As caller() {
    return HOUSE.as(
        HOUSE.root().write("auth/token/create", "{'policies':['root']}").expect(200).token());
  }

  /** Those whose members have a type: of the others the members are the secret itself. */
  static Stream<Declared> typed() {
    return endpoints().stream().filter(d -> !Set.of("v1/", "cubbyhole/").contains(d.mount()));
  }

  @ParameterizedTest
  @MethodSource("typed")
  void answersMembersOfAnyTypeWithoutFaultAndRepeatsNone(Declared declared) {
    List<String> names = new ArrayList<>(List.of("other"));
    declared.endpoint().fields().forEach(field -> names.add(field.name()));
    Set<Operation> operations = EnumSet.copyOf(declared.endpoint().handlers().keySet());
    operations.remove(Operation.CREATE); // Which is the update of what is not there yet.
    House.As caller = caller();
    for (String name : names) {
      for (String value : VALUES) {
        for (Operation operation : operations) {
          House.Answer answer =
              caller.ask(operation, declared.path("known"), "{\"" + name + "\":" + value + "}");
          assertThat(answer.status())
              .as("%s %s %s: %s", answer.asked(), name, value, answer.words())
              .isLessThan(500);
          assertThat(answer.words()).noneMatch(word -> word.contains(MARKER) && !isNoSecret(word));
          if (answer.status() == 403) {
            caller = caller(); // The one before revoked itself.
          }
        }
      }
    }
  }

  /**
   * A type of mount, a mount's path, a policy's name or a word of it is none, and who mistypes it
   * needs to see it.
   */
  private static boolean isNoSecret(String word) {
    return word.startsWith("there is no ")
        || word.startsWith("invalid mount path ")
        || word.startsWith("failed to parse policy: ")
        || word.startsWith("failed to parse password policy: ")
        || word.startsWith("Policy \"");
  }

  @ParameterizedTest
  @MethodSource("endpoints")
  void answersEveryOperationWithoutFault(Declared declared) {
    House.As caller = caller();
    for (Operation operation : Operation.values()) {
      for (String part : List.of("known", "unknown", "a/b/c", "", "x".repeat(3000), "ä€𝄞")) {
        House.Answer answer = caller.ask(operation, declared.path(part), "{}");
        assertThat(answer.status())
            .as("%s: %s", answer.asked(), answer.words())
            .isIn(200, 202, 204, 400, 403, 404, 405);
        if (answer.status() == 403) {
          caller = caller(); // The one before revoked itself.
        }
      }
    }
  }

  static Stream<Declared> listing() {
    return endpoints().stream().filter(d -> d.endpoint().handlers().containsKey(Operation.LIST));
  }

  @ParameterizedTest
  @MethodSource("listing")
  void listsNamesUnderKeysAndNothingAs404(Declared declared) {
    for (String part : List.of("", "known", "unknown")) {
      House.Answer answer = HOUSE.root().list(declared.path(part));
      if (answer.status() == 200) {
        assertThat(((JsonArray) answer.at("keys")).items()).isNotEmpty();
      } else {
        answer.expect(404);
      }
    }
  }

  static Stream<Declared> authenticated() {
    return endpoints().stream().filter(d -> !d.endpoint().unauthenticated(Client.LOCAL));
  }

  @ParameterizedTest
  @MethodSource("authenticated")
  void deniesWhoHasNoToken(Declared declared) {
    for (Operation operation : declared.endpoint().handlers().keySet()) {
      HOUSE.as("").ask(operation, declared.path("known"), "{}").expect(403);
      HOUSE.as("hvs.wrong").ask(operation, declared.path("known"), "{}").expectOneOf(400, 403);
    }
  }

  @ParameterizedTest
  @MethodSource("endpoints")
  void saysWhatItIsFor(Declared declared) {
    House.Answer help = HOUSE.root().ask(Operation.HELP, declared.path("known"), "{}").expect(200);
    assertThat(help.body().members()).containsKey("help");
    assertThat(declared.endpoint().summary()).isNotBlank();
  }
}
