package strongroom.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KeyTablesTest {
  private static final String START = "<!-- tables: made from the declared keys -->\n";

  /** With {@code -Dstrongroom.tables=write} the page is written instead. */
  @Test
  void theDocumentationShowsEveryDeclaredKey() throws Exception {
    Path page = root().resolve("docs/configuration.md");
    String text = Files.readString(page);
    int tables = text.indexOf(START) + START.length();
    assertThat(tables).isGreaterThanOrEqualTo(START.length());
    if ("write".equals(System.getProperty("strongroom.tables"))) {
      Files.writeString(page, text.substring(0, tables) + KeyTables.markdown());
    }
    assertThat(Files.readString(page).substring(tables))
        .as("./dev test config -Dstrongroom.tables=write writes it anew")
        .isEqualTo(KeyTables.markdown());
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("CONTRIBUTING.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
