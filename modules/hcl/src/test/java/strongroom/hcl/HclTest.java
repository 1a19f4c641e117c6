package strongroom.hcl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HclTest {
  private static HclObject parse(String text) throws HclSyntax {
    return Hcl.parse("f.hcl", text);
  }

  /** The one value of {@code v = text}. */
  private static HclValue value(String text) throws HclSyntax {
    return parse("v = " + text).members().getFirst().value();
  }

  private static String string(String text) throws HclSyntax {
    return ((HclString) value(text)).value();
  }

  @Test
  void readsAttributesBlocksAndComments() throws Exception {
    HclObject text =
        parse(
            """
            # one
            // two
            /* three
               lines */
            a = 1
            "b" = "two" // behind
            listener "tcp" {
              address = "0.0.0.0:8200" # and so on
            }
            telemetry { x = true, y = [1, "2", false,], }
            path "a" "b" {}
            """);
    assertThat(text.members().stream().map(HclMember::name))
        .containsExactly("a", "b", "listener", "telemetry", "path");
    HclBlock listener = text.blocks("listener", 1).getFirst();
    assertThat(listener.label()).isEqualTo("tcp");
    assertThat(listener.body().members().getFirst().value())
        .isInstanceOfSatisfying(
            HclString.class, s -> assertThat(s.value()).isEqualTo("0.0.0.0:8200"));
    assertThat(text.members().getLast().keys()).hasSize(3);
  }

  @Test
  void knowsThePlaceOfEachKeyAndValue() throws Exception {
    HclObject text = parse("a = 1\n\n  b {\n    \"c\"   = \"x\"\n  }\n");
    HclMember b = text.members().get(1);
    HclMember c = ((HclObject) b.value()).members().getFirst();
    assertThat(b.key().at()).isEqualTo(new Position("f.hcl", 3, 3));
    assertThat(c.key().at()).isEqualTo(new Position("f.hcl", 4, 5));
    assertThat(c.value().at()).hasToString("f.hcl:4:13");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "listener \"tcp\" { a = 1 }\nlistener \"unix\" { a = 2 }",
        "listener tcp { a = 1 }\nlistener unix { a = 2 }",
        "listener = { tcp = { a = 1 } }\nlistener = { unix = { a = 2 } }",
        "listener { tcp { a = 1 } unix { a = 2 } }",
        "listener = [{ tcp = { a = 1 } }, { unix { a = 2 } }]",
        "listener \"tcp\" = { a = 1 }\nlistener \"unix\" = { a = 2 }",
        "{\"listener\": {\"tcp\": {\"a\": 1}, \"unix\": {\"a\": 2}}}",
        "{\"listener\": [{\"tcp\": {\"a\": 1}}, {\"unix\": {\"a\": 2}}]}",
        "{\"listener\": {\"tcp\": [{\"a\": 1}], \"unix\": [{\"a\": 2}]}}",
      })
  void takesEverySpellingOfLabelledBlocksAlike(String text) throws Exception {
    List<HclBlock> blocks = parse(text).blocks("listener", 1);
    assertThat(blocks.stream().map(HclBlock::label)).containsExactly("tcp", "unix");
    assertThat(blocks).allSatisfy(b -> assertThat(b.body().members()).hasSize(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "path = \"x\"",
        "path = [\"x\"]",
        "path \"a\" \"b\" {}",
        "path { a = 1 }",
        "{\"path\": 1}",
        "{\"path\": {\"a\": 1}}"
      })
  void refusesWhatIsNoLabelledBlock(String text) throws Exception {
    HclObject object = parse(text);
    assertThatThrownBy(() -> object.blocks("path", 1)).isInstanceOf(HclSyntax.class);
  }

  @Test
  void resolvesEscapes() throws Exception {
    assertThat(string("\"a\\n\\t\\r\\\"\\\\\\x41\\u00e9\\U0001F511\\101\\a\\v\""))
        .isEqualTo("a\n\t\r\"\\A\u00e9\uD83D\uDD11A\u0007\u000b");
    assertThat(string("\"\\ud83d\\udd11\"")).isEqualTo("\uD83D\uDD11");
    assertThat(
            ((HclString) parse("{\"v\": \"\\ud83d\\udd11\\/\\b\\f\"}").members().getFirst().value())
                .value())
        .isEqualTo("\uD83D\uDD11/\b\f");
  }

  @Test
  void keepsInterpolationAsItIs() throws Exception {
    assertThat(string("\"${file(\"x\")} $x $${a{b}c} {{ GetPrivateIP }}\""))
        .isEqualTo("${file(\"x\")} $x $${a{b}c} {{ GetPrivateIP }}");
  }

  @Test
  void readsHeredocs() throws Exception {
    assertThat(string("<<EOF\nline 1\n  line \"2\" \\n\nEOF\nb = 1"))
        .isEqualTo("line 1\n  line \"2\" \\n\n");
    assertThat(string("<<-EOF\n    one\n      two\n\n    EOF\n")).isEqualTo("one\n  two\n\n");
    assertThat(string("<<-EOF\n  one\n two\n    EOF\n")).isEqualTo("  one\n two\n");
    assertThat(string("<<EOF\r\none\r\nEOF\r\n")).isEqualTo("one\r\n");
    assertThat(string("<<EOF\nEOF")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "42,42",
    "-7,-7",
    "0x1F,31",
    "0xff,255",
    "0600,384",
    "1e3,1000",
    "2.0,2",
    "9223372036854775807,9223372036854775807",
    "-0x10,-16",
    "2305843009213693953,2305843009213693953"
  })
  void readsWholeNumbers(String lexeme, long expected) throws Exception {
    assertThat(value(lexeme))
        .isInstanceOfSatisfying(
            HclNumber.class,
            n -> {
              assertThat(n.lexeme()).isEqualTo(lexeme);
              assertThat(n.toLong()).isEqualTo(OptionalLong.of(expected));
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "9223372036854775808", "1e999999999", "1e99999999999", "09"})
  void knowsNumbersThatAreNotWhole(String lexeme) throws Exception {
    assertThat(value(lexeme))
        .isInstanceOfSatisfying(HclNumber.class, n -> assertThat(n.toLong()).isEmpty());
  }

  @Test
  void readsAnEmptyTextAsNoMembers() throws Exception {
    assertThat(parse("").members()).isEmpty();
    assertThat(parse("\uFEFF # only this").members()).isEmpty();
    assertThat(parse("{}").members()).isEmpty();
  }

  @Test
  void takesNullInJsonAsAbsent() throws Exception {
    assertThat(parse("{\"a\": null, \"b\": 1}").members()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a = | 1:4 | the end of the text",
        "a | 1:2 | \"a\"",
        "a = 1 } | 1:7 | no '{' is open",
        "a {\\n b = 1 | 1:3 | not closed",
        "a = [1 | 1:5 | not closed",
        "a = [1 2] | 1:8 | ',' or ']'",
        "a = \"x | 1:5 | not closed on its line",
        "a = \"\\q\" | 1:7 | a backslash",
        "a = \"\\ud800\" | 1:5 | surrogate",
        "a = \"\\U00110000\" | 1:16 | Unicode",
        "a = \"${x\" | 1:6 | not closed by a '}'",
        "a = hunter2 | 1:5 | in quotes",
        "a = 90s | 1:5 | in quotes",
        "a = 0x | 1:5 | in quotes",
        "a = 1. | 1:5 | in quotes",
        "a = - | 1:5 | in quotes",
        "a = <<EOF\\nx | 1:5 | not closed by its mark",
        "a = << EOF\\nx | 1:5 | a heredoc starts",
        "a = 'x' | 1:5 | found '''",
        "/* x | 1:1 | not closed by '*/'",
        "a / b | 1:3 | a comment",
        "a \"b\" = \"hunter2\" | 1:7 | found '='",
        "a = 1 \"hunter2\" b = 2 | 1:19 | found '='",
        "a = 1 \"hunter2\" | 1:16 | this string as a key",
        "= 1 | 1:1 | a key",
        "[1] | 1:1 | found '['",
        "a = 1,, b = 2 | 1:7 | found ','",
        "{\"a\": 1 | 1:8 | ',' or '}'",
        "{\"a\" 1} | 1:6 | ':'",
        "{a: 1} | 1:2 | a key in quotes",
        "{\"a\": 1,} | 1:9 | a key in quotes",
        "{\"a\": [1,]} | 1:10 | a value",
        "{\"a\": 01} | 1:7 | start with 0",
        "{\"a\": 1.} | 1:9 | a digit",
        "{\"a\": tru} | 1:7 | a value",
        "{\"a\": \"\\x41\"} | 1:9 | a backslash",
        "{\"a\": 1} x | 1:10 | the end of the text",
      })
  void namesThePlaceOfAMistake(String text, String place, String part) {
    String unescaped = text.replace("\\n", "\n");
    assertThatThrownBy(() -> parse(unescaped))
        .isInstanceOf(HclSyntax.class)
        .hasMessageStartingWith("f.hcl:" + place + ": ")
        .hasMessageContaining(part)
        .message()
        .doesNotContain("hunter2");
  }

  @Test
  void refusesDeepNestingAndManyValues() {
    String deep = "a { ".repeat(100_000);
    assertThatThrownBy(() -> parse(deep)).hasMessageContaining("nest deeper than 50");
    String list = "a = " + "[".repeat(100_000);
    assertThatThrownBy(() -> parse(list)).hasMessageContaining("nest deeper than 50");
    String json = "{\"a\":".repeat(100_000);
    assertThatThrownBy(() -> parse(json)).hasMessageContaining("nest deeper than 50");
    String wide = "a=1\n".repeat(60_000);
    assertThatThrownBy(() -> parse(wide)).hasMessageContaining("keys and values");
    String labels = "a ".repeat(200_000);
    assertThatThrownBy(() -> parse(labels)).hasMessageContaining("keys and values");
    String longText = " ".repeat(Hcl.TEXT_LENGTH_MAX + 1);
    assertThatThrownBy(() -> parse(longText)).hasMessageContaining("characters");
    String digits = "a = " + "1".repeat(101);
    assertThatThrownBy(() -> parse(digits)).hasMessageContaining("digits");
  }

  @Test
  void printsKindsAndSizesOnly() throws Exception {
    HclObject text = parse("pin = \"hunter2\"\nlist = [\"hunter2\", 4711]\nb { pin = 4711 }");
    assertThat(text.toString()).isEqualTo("object[3]");
    assertThat(text.members().toString()).doesNotContain("hunter2").doesNotContain("4711");
  }
}
