package strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import strongroom.logical.Json;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/** How values become text. */
final class TextTest {
  private static JsonValue json(String text) {
    try {
      return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    } catch (Json.MalformedJson e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Nested
  final class AsGoPrints {
    @Test
    void mapsAndListsAreInBracketsAndNamesInOrder() {
      assertThat(GoText.value(json("{'b':[1,'x y',null],'a':{'c':true}}")))
          .isEqualTo("map[a:map[c:true] b:[1 x y <nil>]]");
      assertThat(GoText.value(json("12345678901234567890.50")))
          .isEqualTo("12345678901234567890.50");
    }

    @ParameterizedTest
    @CsvSource({
      "0,0s",
      "5,5s",
      "60,1m",
      "90,1m30s",
      "3600,1h",
      "3605,1h5s",
      "5400,1h30m",
      "2764800,768h"
    })
    void durationsHaveNoUnitsThatAreZero(long seconds, String text) {
      assertThat(GoText.seconds(seconds)).isEqualTo(text);
    }

    @Test
    void onlyNumbersUnderNamesOfDurationsAreDurations() {
      assertThat(GoText.cell("ttl", json("3600"))).isEqualTo("1h");
      assertThat(GoText.cell("default_lease_ttl", json("60"))).isEqualTo("1m");
      assertThat(GoText.cell("ttl", json("'3600'"))).isEqualTo("3600");
      assertThat(GoText.cell("count", json("3600"))).isEqualTo("3600");
    }

    @Test
    void timesAreInUtc() {
      assertThat(GoText.time("2026-01-02T05:04:05.6+02:00"))
          .isEqualTo("2026-01-02 03:04:05.6 +0000 UTC");
      assertThat(GoText.rfc822("2026-01-02T03:04:05Z")).isEqualTo("02 Jan 26 03:04 UTC");
      assertThat(GoText.time("n/a")).isEqualTo("n/a");
    }
  }

  @Nested
  final class AsATable {
    @Test
    void columnsAreFourSpacesApartAndNothingIsSaid() {
      assertThat(
              Table.titled("Key", "Value").row("a", "1").row("longer", "").row("ü", "x ").render())
          .isEqualTo(
              """
              Key       Value
              ---       -----
              a         1
              longer    n/a
              ü         x""");
    }
  }

  @Nested
  final class AsJson {
    @Test
    void isIndentedByTwoAndEmptyThingsStayOnTheirLine() {
      assertThat(JsonText.indented(json("{'b':[1,{'c':'\\n'}],'a':{},'d':[]}")))
          .isEqualTo(
              """
              {
                "b": [
                  1,
                  {
                    "c": "\\n"
                  }
                ],
                "a": {},
                "d": []
              }""");
    }
  }

  @Nested
  final class AsYaml {
    @Test
    void namesAreInOrderAndListsStandBelowTheirName() {
      assertThat(
              YamlText.of(
                  json(
                      "{'z':{'y':1,'x':[]},'list':['a',{'k':'v','l':[2,3]},[4]],'n':null,'b':true}")))
          .isEqualTo(
              """
              b: true
              list:
              - a
              - k: v
                l:
                - 2
                - 3
              - - 4
              "n": null
              z:
                x: []
                "y": 1""");
    }

    @ParameterizedTest
    @CsvSource(
        quoteCharacter = '`',
        value = {
          "plain, plain",
          "two words, two words",
          "true, \"true\"",
          "No, \"No\"",
          "12, \"12\"",
          "1e3, \"1e3\"",
          "2026-01-02, \"2026-01-02\"",
          "`a: b`, `'a: b'`",
          "`a #b`, `'a #b'`",
          "it's, it's",
          "- x, '- x'",
          "@x, '@x'",
          "`` , \"\"",
          "null, \"null\"",
          "~, \"~\"",
        })
    void stringsThatAReaderCouldMistakeAreQuoted(String text, String yaml) {
      assertThat(YamlText.of(new JsonString(text))).isEqualTo(yaml);
    }

    @Test
    void linesBecomeABlockUnlessABlockWouldChangeThem() {
      assertThat(YamlText.of(json("{'a':'x\\n  y\\n','b':'x\\ny'}")))
          .isEqualTo("a: |\n  x\n    y\nb: |-\n  x\n  y");
      assertThat(YamlText.of(json("{'a':' x\\ny'}"))).isEqualTo("a: |2-\n   x\n  y");
      assertThat(YamlText.of(json("{'a':'x \\ny'}"))).isEqualTo("a: \"x \\ny\"");
      assertThat(YamlText.of(json("'tab\\tand \\u0001'"))).isEqualTo("\"tab\\tand \\x01\"");
    }

    /** The file was printed by the command line of OpenBao 2.7, which is Vault's in this. */
    @Test
    void isCharacterByCharacterWhatGoPrints() throws Exception {
      JsonValue values = Json.parse(resource("yaml-quoting.json"));
      assertThat(YamlText.of(values) + "\n")
          .isEqualTo(new String(resource("yaml-quoting.yaml"), StandardCharsets.UTF_8));
    }

    private static byte[] resource(String name) throws Exception {
      try (InputStream in = Objects.requireNonNull(TextTest.class.getResourceAsStream(name))) {
        return in.readAllBytes();
      }
    }
  }

  @Nested
  final class AsHcl {
    @Test
    void isIndentedAndEqualSignsOfNeighboursStandBelowEachOther() {
      String text =
          """
          # a comment
          path   "secret/*" {


          capabilities=["read", "list"]
                  min_wrapping_ttl = "1m"
          allowed_parameters = {
          "a" = []
          }
          }
          """;
      String laidOut =
          """
          # a comment
          path   "secret/*" {

            capabilities     = ["read", "list"]
            min_wrapping_ttl = "1m"
            allowed_parameters = {
              "a" = []
            }
          }
          """;
      assertThat(HclLayout.format(text)).isEqualTo(laidOut);
      assertThat(HclLayout.format(laidOut)).isEqualTo(laidOut);
    }

    @Test
    void leavesHereDocumentsAndCommentsAsTheyAre() {
      String text = "a = <<EOT\n  {  x\nEOT\n/*\n   y }\n*/\n";
      assertThat(HclLayout.format(text)).isEqualTo(text);
    }

    @Test
    void refusesBracketsThatDoNotMatchWithTheLine() {
      assertThatThrownBy(() -> HclLayout.format("path \"a\" {\n}\n}\n"))
          .hasMessageContaining("line 3");
      assertThatThrownBy(() -> HclLayout.format("path \"a\" {\n")).isInstanceOf(Failure.class);
      assertThatThrownBy(() -> HclLayout.format("path \"a {\n}\n")).hasMessageContaining("quote");
    }
  }

  @Test
  void helpIsWrappedAtWords() {
    assertThat(HelpText.wrap("a ".repeat(60).strip(), "  ").lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("  a") && line.length() <= 78);
  }
}
