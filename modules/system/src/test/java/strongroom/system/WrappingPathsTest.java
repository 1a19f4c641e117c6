package strongroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import strongroom.logical.JsonNumber;

class WrappingPathsTest {
  private static final String SPENT = "wrapping token is not valid or does not exist";
  private final House house = new House();
  private final House.As root = house.root();

  @BeforeEach
  void mount() {
    root.write("sys/mounts/kv", "{'type':'kv-v2'}").expect(204);
    root.write("kv/data/s", "{'data':{'pass':'x'}}").expect(200);
  }

  @AfterEach
  void close() {
    house.close();
  }

  private static String of(String token) {
    return "{'token':'" + token + "'}";
  }

  @Test
  void wrapsWhatIsSentAndGivesItOnce() {
    House.Answer wrapped =
        root.wrapping("PT2M").write("sys/wrapping/wrap", "{'a':{'b':[1]}}").expect(200);
    assertThat(wrapped.body().members().keySet())
        .containsExactlyInAnyOrder("token", "accessor", "ttl", "creation_time", "creation_path");
    assertThat(wrapped.at("ttl")).isEqualTo(JsonNumber.of(120));
    assertThat(wrapped.string("creation_path")).isEqualTo("sys/wrapping/wrap");
    String token = wrapped.wrappingToken();
    assertThat(root.write("sys/wrapping/unwrap", of(token)).expect(200).text())
        .isEqualTo("{\"a\":{\"b\":[1]}}");
    assertThat(root.write("sys/wrapping/unwrap", of(token)).expect(400).words())
        .containsExactly(SPENT);
  }

  @Test
  void wrapsReadsListsAndTokens() {
    String read = root.wrapping("PT1M").read("kv/data/s").expect(200).wrappingToken();
    assertThat(root.write("sys/wrapping/unwrap", of(read)).string("data", "pass")).isEqualTo("x");
    String list = root.wrapping("PT1M").list("kv/metadata").expect(200).wrappingToken();
    assertThat(root.write("sys/wrapping/unwrap", of(list)).strings("keys")).containsExactly("s");
    House.Answer created = root.wrapping("PT1M").write("auth/token/create", "{'ttl':'1h'}");
    String inner =
        root.write("sys/wrapping/unwrap", of(created.wrappingToken())).expect(200).token();
    House.Answer self = house.as(inner).read("auth/token/lookup-self").expect(200);
    assertThat(self.string("accessor")).isEqualTo(created.string("wrapped_accessor"));
  }

  @Test
  void wrapsNeitherRefusalsNorNothing() {
    House.As wrapping = root.wrapping("PT1M");
    wrapping.read("kv/data/none").expect(404);
    assertThat(wrapping.write("kv/config", "{}").expect(204).response().orElseThrow().wrapping())
        .isEmpty();
    wrapping.write("kv/data/s", "{}").expect(400);
    assertThat(root.wrapping("PT0S").read("kv/data/s").expect(200).string("data", "pass"))
        .isEqualTo("x");
  }

  @Test
  void needsALifetimeToWrap() {
    assertThat(root.write("sys/wrapping/wrap", "{'a':1}").expect(400).words().getFirst())
        .startsWith("endpoint requires response wrapping to be used");
  }

  @Test
  void unwrapsByTheWrappingTokenItself() {
    String token = root.wrapping("PT1M").read("kv/data/s").wrappingToken();
    House.As holder = house.as(token);
    assertThat(holder.read("sys/wrapping/lookup").expect(200).string("creation_path"))
        .isEqualTo("kv/data/s");
    assertThat(holder.write("sys/wrapping/unwrap", "{}").expect(200).string("data", "pass"))
        .isEqualTo("x");
    assertThat(holder.write("sys/wrapping/unwrap", "{}").expect(400).words())
        .containsExactly(SPENT);
    assertThat(holder.write("sys/wrapping/rewrap", "{}").expect(400).words())
        .containsExactly(SPENT);
    assertThat(holder.write("sys/wrapping/unwrap", of(token)).expect(400).words())
        .containsExactly(SPENT);
  }

  @Test
  void deniesUnwrappingToWhoHasNoGoodTokenAndLeavesTheAnswer() {
    String token = root.wrapping("PT1M").read("kv/data/s").wrappingToken();
    house.as("hvs.unknown").write("sys/wrapping/unwrap", of(token)).expect(403);
    house.as("").write("sys/wrapping/unwrap", of(token)).expect(403);
    house.as("").write("sys/wrapping/unwrap", "{}").expect(403);
    root.write("sys/wrapping/unwrap", of(token)).expect(200);
  }

  @Test
  void letsAWrappingTokenDoNothingElse() {
    String token = root.wrapping("PT1M").read("kv/data/s").wrappingToken();
    house.as(token).read("kv/data/s").expect(403);
    assertThat(root.write("sys/wrapping/unwrap", of(token)).expect(400).words())
        .as("the refused request was its one use")
        .containsExactly(SPENT);
    String other = root.wrapping("PT1M").read("kv/data/s").wrappingToken();
    house.as(other).write("sys/wrapping/rewrap", "{}").expect(403);
    house.as(other).list("cubbyhole").expect(403);
    house.as(other).write("sys/wrapping/unwrap", "{}").expect(400);
  }

  @Test
  void looksUpWithoutAnyTokenAsOftenAsOneLikes() {
    House.Answer wrapped = root.wrapping("PT3M").read("kv/data/s");
    String token = wrapped.wrappingToken();
    for (int i = 0; i < 3; i++) {
      House.Answer looked = house.as("").write("sys/wrapping/lookup", of(token)).expect(200);
      assertThat(looked.body().members().keySet())
          .containsExactlyInAnyOrder("creation_time", "creation_ttl", "creation_path");
      assertThat(looked.at("creation_ttl")).isEqualTo(JsonNumber.of(180));
      assertThat(looked.at("creation_time")).isEqualTo(wrapped.at("creation_time"));
    }
    root.write("sys/wrapping/unwrap", of(token)).expect(200);
    assertThat(house.as("").write("sys/wrapping/lookup", of(token)).expect(400).words())
        .containsExactly(SPENT);
    house.as("").write("sys/wrapping/lookup", "{}").expect(400);
  }

  @Test
  void rewrapsWithTheSameLifetimeAndPath() {
    String first = root.wrapping("PT3M").write("auth/token/create", "{}").wrappingToken();
    House.Answer again = root.write("sys/wrapping/rewrap", of(first)).expect(200);
    assertThat(again.at("ttl")).isEqualTo(JsonNumber.of(180));
    assertThat(again.string("creation_path")).isEqualTo("auth/token/create");
    assertThat(again.string("wrapped_accessor")).isNotEmpty();
    root.write("sys/wrapping/unwrap", of(first)).expect(400);
    root.write("sys/wrapping/rewrap", of(first)).expect(400);
    root.write("sys/wrapping/unwrap", of(again.wrappingToken())).expect(200).token();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sys/wrapping/unwrap", "sys/wrapping/rewrap", "sys/wrapping/lookup"})
  void refusesTokensThatWrapNothing(String path) {
    String plain = root.write("auth/token/create", "{}").token();
    for (String token : List.of("x", "hvs.x", plain, root.token)) {
      House.Answer answer = root.write(path, of(token)).expect(400);
      assertThat(answer.words()).containsExactly(SPENT);
    }
    root.write(path, "{'token':{}}").expect(400);
    root.write(path, "{'token':[]}").expect(400);
  }

  @Test
  void givesOneOfThirtyRacersTheAnswer() throws Exception {
    for (String how : List.of("body", "own")) {
      String token = root.wrapping("PT1M").read("kv/data/s").wrappingToken();
      AtomicInteger winners = new AtomicInteger();
      House.together(
          30,
          i -> {
            House.Answer answer =
                how.equals("own")
                    ? house.as(token).write("sys/wrapping/unwrap", "{}")
                    : root.write(
                        i % 3 == 0 ? "sys/wrapping/rewrap" : "sys/wrapping/unwrap", of(token));
            if (answer.status() == 200) {
              winners.incrementAndGet();
            } else {
              answer.expect(400);
            }
          });
      assertThat(winners).as(how).hasValue(1);
    }
  }

  @Test
  void countsTheUsesOfATokenExactlyWhenThirtyRace() throws Exception {
    String token = root.write("auth/token/create", "{'policies':['root'],'num_uses':7}").token();
    AtomicInteger winners = new AtomicInteger();
    House.together(
        30,
        i -> {
          House.Answer answer = house.as(token).read("kv/data/s");
          if (answer.status() == 200) {
            winners.incrementAndGet();
          } else {
            answer.expect(403);
          }
        });
    assertThat(winners).hasValue(7);
  }

  @Test
  void holdsWrappingWithinThePolicysLifetimes() {
    House.As some =
        house.with(
            "path \"kv/data/s\" { capabilities = [\"read\"]\n"
                + " min_wrapping_ttl = \"1m\"\n max_wrapping_ttl = \"2m\" }");
    some.read("kv/data/s").expect(403);
    some.wrapping("PT59S").read("kv/data/s").expect(403);
    some.wrapping("PT1M").read("kv/data/s").expect(200);
    some.wrapping("PT2M").read("kv/data/s").expect(200);
    some.wrapping("PT121S").read("kv/data/s").expect(403);
  }
}
