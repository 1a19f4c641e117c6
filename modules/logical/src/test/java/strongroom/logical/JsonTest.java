package strongroom.logical;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static String roundTrip(String text) throws Json.MalformedJson {
    return new String(Json.toBytes(Json.parse(text.getBytes(UTF_8))), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"b\":[true,false,null,\"x\"]}",
        "[]",
        "{}",
        "\"\\u0000\"",
        "{\"n\":123456789012345678901234567890}",
        "{\"n\":1.50}",
        "{\"n\":-0.0e10}",
        "\"\uD83D\uDD11 ключ\"",
      })
  void givesBackWhatItRead(String text) throws Exception {
    assertThat(roundTrip(text)).isEqualTo(text);
  }

  @Test
  void escapesWhatMustBeWhereverItStandsInALongText() throws Exception {
    String plain = " !#[]^~azAZ09".repeat(9);
    for (int special = 0; special < 0x180; special++) {
      for (int at : new int[] {0, 7, 8, plain.length() - 1, plain.length()}) {
        String text = plain.substring(0, at) + (char) special + plain.substring(at);
        byte[] written = Json.toBytes(new JsonString(text));
        assertThat(Json.parse(written)).isEqualTo(new JsonString(text));
      }
    }
    assertThat(Json.toBytes(new JsonString(plain))).hasSize(plain.length() + 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[1",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "nul",
        "'a'",
        "{a:1}",
        "1 2",
        "{\"a\":1}}",
        "[NaN]",
        "\"\u0001\"",
        "01",
        "// x\n1"
      })
  void refusesWhatIsNoJson(String text) {
    assertThatThrownBy(() -> Json.parse(text.getBytes(UTF_8)))
        .isInstanceOfSatisfying(Json.MalformedJson.class, e -> assertThat(e.tooLarge()).isFalse());
  }

  @Test
  void refusesBytesThatAreNoUtf8() {
    byte[] text = {'"', (byte) 0xff, (byte) 0xfe, '"'};
    assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(Json.MalformedJson.class);
  }

  @Test
  void refusesDeepNestingAsTooLarge() {
    String deep = "[".repeat(100_000);
    assertThatThrownBy(() -> Json.parse(deep.getBytes(UTF_8)))
        .isInstanceOfSatisfying(Json.MalformedJson.class, e -> assertThat(e.tooLarge()).isTrue());
  }

  @Test
  void takesNestingUpToTheLimit() throws Exception {
    String deep = "[".repeat(Json.DEPTH_MAX) + "]".repeat(Json.DEPTH_MAX);
    assertThat(roundTrip(deep)).isEqualTo(deep);
  }

  @Test
  void refusesManyValuesAsTooLarge() {
    String wide = "[" + "1,".repeat(Json.VALUES_MAX) + "1]";
    assertThatThrownBy(() -> Json.parse(wide.getBytes(UTF_8)))
        .isInstanceOfSatisfying(Json.MalformedJson.class, e -> assertThat(e.tooLarge()).isTrue());
  }

  @Test
  void refusesWhatIsBeyondTheLimitsOfTheOneWhoAsks() throws Exception {
    JsonLimits limits = new JsonLimits(3, 5, 2, 3, 8);
    String most = "{\"a\":[\"five5\",2,[]],\"b\":{\"c\":1}}";
    assertThat(Json.parseObject(most.getBytes(UTF_8), limits).members()).hasSize(2);
    for (String beyond :
        List.of(
            "{\"a\":[[[]]]}",
            "{\"a\":\"sixsix\"}",
            "{\"a\":1,\"b\":2,\"c\":3}",
            "{\"a\":[1,2,3,4]}",
            "{\"a\":[1,2,3],\"b\":[1,2,3]}")) {
      assertThatThrownBy(() -> Json.parseObject(beyond.getBytes(UTF_8), limits))
          .as(beyond)
          .isInstanceOfSatisfying(Json.MalformedJson.class, e -> assertThat(e.tooLarge()).isTrue());
    }
  }

  @Test
  void refusesLongNumbersAsTooLarge() {
    String number = "1".repeat(Json.NUMBER_LENGTH_MAX + 1);
    assertThatThrownBy(() -> Json.parse(number.getBytes(UTF_8)))
        .isInstanceOfSatisfying(Json.MalformedJson.class, e -> assertThat(e.tooLarge()).isTrue());
  }

  @Test
  void namesThePlaceAndNotTheText() {
    assertThatThrownBy(() -> Json.parse("{\"password\":\n hunter2}".getBytes(UTF_8)))
        .hasMessageContaining("line 2")
        .message()
        .doesNotContain("hunter2")
        .doesNotContain("password");
  }

  @Test
  void printsKindsAndSizesOnly() throws Exception {
    JsonValue value = Json.parse("{\"key\":[\"hunter2\",4711]}".getBytes(UTF_8));
    assertThat(value.toString()).isEqualTo("object[1]");
    assertThat(((JsonObject) value).members().toString())
        .doesNotContain("hunter2")
        .doesNotContain("4711");
  }
}
