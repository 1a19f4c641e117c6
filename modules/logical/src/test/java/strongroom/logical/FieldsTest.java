package strongroom.logical;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FieldsTest {
  private static Fields fields(String json) throws Json.MalformedJson {
    return new Fields(Json.parseObject(json.replace('\'', '"').getBytes(UTF_8)));
  }

  @Test
  void takesNumbersAndBooleansAsText() throws Exception {
    Fields fields = fields("{'n':'42','b':'true','t':'1h','s':7}");
    assertThat(fields.integer("n")).contains(42L);
    assertThat(fields.bool("b")).contains(true);
    assertThat(fields.duration("t")).contains(Duration.ofHours(1));
    assertThat(fields.string("s")).contains("7");
  }

  @Test
  void takesListsAsArraysAndAsText() throws Exception {
    assertThat(fields("{'l':['a',' b ']}").strings("l").orElseThrow()).containsExactly("a", "b");
    assertThat(fields("{'l':'a, b,,'}").strings("l").orElseThrow()).containsExactly("a", "b");
  }

  @Test
  void takesNullAsAbsent() throws Exception {
    assertThat(fields("{'a':null}").has("a")).isFalse();
    assertThat(fields("{'a':null}").string("a")).isEmpty();
  }

  @Test
  void namesTheFieldOfAWrongTypeAndNotItsValue() throws Exception {
    Fields fields = fields("{'ttl':['hunter2'],'n':'hunter2','b':'hunter2','d':'hunter2','m':[]}");
    assertThatThrownBy(() -> fields.duration("ttl")).hasMessageContaining("ttl must be");
    assertThatThrownBy(() -> fields.integer("n"))
        .hasMessageContaining("n must be")
        .message()
        .doesNotContain("hunter2");
    assertThatThrownBy(() -> fields.bool("b")).message().doesNotContain("hunter2");
    assertThatThrownBy(() -> fields.duration("d")).message().doesNotContain("hunter2");
    assertThatThrownBy(() -> fields.stringMap("m")).hasMessageContaining("not this array");
  }

  @Test
  void refusesNegativeDurationsAndNumbersOutOfRange() throws Exception {
    Fields fields = fields("{'d':'-1h','n':300,'f':1.5,'huge':1e999999999}");
    assertThatThrownBy(() -> fields.duration("d")).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> fields.integer("n", 1, 255)).hasMessageContaining("from 1 to 255");
    assertThatThrownBy(() -> fields.integer("f")).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> fields.integer("huge")).isInstanceOf(RefusedException.class);
  }
}
