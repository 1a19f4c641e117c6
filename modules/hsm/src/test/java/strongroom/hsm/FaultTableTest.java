package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/hsm/faults.md says what the code does. */
class FaultTableTest {
  private static final Path PAGE = Path.of("../../docs/hsm/faults.md");

  private static String word(Remedy remedy) {
    return switch (remedy) {
      case RETRY -> "retry";
      case REOPEN_SESSION -> "reopen session";
      case LOG_IN -> "log in again";
      case REINITIALIZE -> "re-initialise";
      case CONFIGURATION -> "configuration";
      case PIN -> "PIN";
      case DATA -> "data";
    };
  }

  @Test
  void thePageHasEveryReturnValueInItsClassAndNoOther() throws IOException {
    List<String> written =
        Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("| `CKR_")).toList();
    assertThat(written)
        .containsExactlyElementsOf(
            Stream.of(Ckr.values())
                .filter(answer -> answer != Ckr.OK)
                .map(
                    answer ->
                        "| `%s` | 0x%x | %s |"
                            .formatted(
                                answer.standardName(), answer.number(), word(answer.remedy())))
                .toList());
  }

  @Test
  void thePageExplainsEveryClass() throws IOException {
    assertThat(Files.readString(PAGE))
        .contains(Stream.of(Remedy.values()).map(remedy -> "\n| " + word(remedy) + " | ").toList());
  }
}
