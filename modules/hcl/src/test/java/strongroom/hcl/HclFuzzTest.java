package strongroom.hcl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing but {@link HclSyntax} comes out, whatever goes in. Seeds are fixed: failures repeat. */
class HclFuzzTest {
  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "=",
          ",",
          ":",
          "\"",
          "\"x\"",
          "\\",
          "\n",
          "\r\n",
          " ",
          "\t",
          "#",
          "//",
          "/*",
          "*/",
          "<<EOF\n",
          "<<-EOF\n",
          "EOF\n",
          "  EOF",
          "a",
          "path",
          "_",
          "-",
          ".",
          "0x",
          "0",
          "17",
          "1e5",
          "1.5",
          "true",
          "false",
          "null",
          "${",
          "}",
          "$",
          "\\u12",
          "\\ud83d",
          "\\x4",
          "\\U0010FFFF",
          "\uD83D",
          "\uDD11",
          "\uFEFF",
          "\u0000",
          "é",
          "\"k\":",
          "{\"a\":",
          "<<");

  private static final List<String> TEXTS =
      List.of(
          "storage \"raft\" {\n  path = \"/x\"\n  n = 0x1F\n}\n# c\nseal \"a\" { k = [1, \"b\"] }\n",
          "{\"listener\": [{\"tcp\": {\"a\": true, \"b\": [1.5, -2e3, \"\\u00e9\"]}}], \"c\": null}",
          "a = <<-EOF\n   x ${y {z}} \n  EOF\nb = \"${c(\"d\")}\" /* e */ f { g = false }\n");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void readsOrRefusesHeapsOfPieces(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(40); i >= 0; i--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      tryToRead(text.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6, 7, 8})
  void readsOrRefusesDamagedTexts(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 10_000; round++) {
      StringBuilder text = new StringBuilder(TEXTS.get(random.nextInt(TEXTS.size())));
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
          default -> text.setCharAt(at, (char) random.nextInt(0x110));
        }
      }
      tryToRead(text.toString());
    }
  }

  private static void tryToRead(String text) {
    try {
      HclObject object = Hcl.parse("fuzz", text);
      for (HclMember member : object.members()) {
        tryBlocks(member);
      }
    } catch (HclSyntax e) {
      assertThat(e).hasMessageStartingWith("fuzz:");
      assertThat(e.at().line()).isPositive();
      assertThat(e.at().column()).isPositive();
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("input: " + text, e);
    }
  }

  private static void tryBlocks(HclMember member) {
    try {
      assertThat(HclObject.blocks(member, 1)).allMatch(block -> block.labels().size() == 1);
    } catch (HclSyntax e) {
      assertThat(e.problem()).isNotEmpty();
    }
  }
}
