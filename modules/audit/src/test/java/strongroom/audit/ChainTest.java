package strongroom.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainTest {
  private static final byte[] KEY = "a key for this test alone 32 byt".getBytes(UTF_8);

  private final Chain chain = new Chain(KEY);

  private List<String> written(int count) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(new String(chain.link(("{\"n\":" + i + "}").getBytes(UTF_8)), UTF_8));
      chain.advance();
    }
    return lines;
  }

  private ChainCheck.Report check(List<String> lines) throws IOException {
    ChainCheck check = new ChainCheck(KEY, chain.head().sequence(), chain.head().mac());
    String text = String.join("\n", lines) + "\n";
    check.read("f", new ByteArrayInputStream(text.getBytes(UTF_8)));
    return check.report();
  }

  @Test
  void linesAsTheyWereWrittenAreIntactAndStillJson() throws IOException {
    List<String> lines = written(4);
    assertThat(check(lines)).isEqualTo(new ChainCheck.Report(4, 1, 4, List.of()));
    assertThat(Requests.json(lines.get(2)).members()).containsKeys("n", "chain");
  }

  @Test
  void everyTamperingIsFound() throws IOException {
    List<String> lines = written(5);
    List<String> changed = new ArrayList<>(lines);
    changed.set(2, changed.get(2).replace("\"n\":2", "\"n\":9"));
    assertThat(check(changed).findings()).containsExactly("f:3 was changed");
    List<String> removed = new ArrayList<>(lines);
    removed.remove(2);
    assertThat(check(removed).findings()).containsExactly("f:3: lines 3 to 3 are missing");
    List<String> swapped = new ArrayList<>(lines);
    Collections.swap(swapped, 1, 2);
    assertThat(check(swapped).intact()).isFalse();
    List<String> added = new ArrayList<>(lines);
    added.add(1, "{\"n\":7}");
    assertThat(check(added).findings()).singleElement().asString().contains("f:2 has no place");
    assertThat(check(lines.subList(0, 3)).findings())
        .containsExactly("lines 4 to 5 are missing at the end");
  }

  @Test
  void aLineOfAnotherKeyIsNotTakenForOne() throws IOException {
    List<String> lines = written(2);
    Chain other = new Chain("another key for this test alone.".getBytes(UTF_8));
    other.continueFrom(lines.get(0));
    String forged = new String(other.link("{\"n\":1}".getBytes(UTF_8)), UTF_8);
    assertThat(check(List.of(lines.get(0), forged)).findings())
        .contains("f:2 was changed", "f:2 is not the line that the server wrote");
  }

  @Test
  void goesOnBehindTheLastLineAndForgetsWhatWasNotWritten() throws IOException {
    List<String> lines = new ArrayList<>(written(2));
    chain.link("{\"n\":\"lost\"}".getBytes(UTF_8));
    chain.takeBack();
    lines.addAll(written(1));
    Chain next = new Chain(KEY);
    next.continueFrom(lines.getLast());
    lines.add(new String(next.link("{}".getBytes(UTF_8)), UTF_8));
    assertThat(check(lines).findings()).isEmpty();
  }
}
