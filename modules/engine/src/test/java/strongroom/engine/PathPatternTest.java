package strongroom.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
  @ParameterizedTest
  @CsvSource({
    "config, config",
    "config, config/",
    "roles/{name}, roles/web",
    "roles/{name}, roles/web/",
    "roles/{name}/id, roles/web/id",
    "data/{path...}, data/a/b/c",
    "data/{path...}, data/",
    "data/{path...}, data",
    "{path...}, a/b",
    "{path...}, ''",
  })
  void matches(String pattern, String path) {
    assertThat(PathPattern.of(pattern).match(path)).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "config, configs",
    "config, config/x",
    "config, confi",
    "config, ''",
    "roles/{name}, roles",
    "roles/{name}, roles/",
    "roles/{name}, roles/a/b",
    "roles/{name}/id, roles/web",
    "data/{path...}, datum/a",
    "data/{path...}, dat",
  })
  void doesNotMatch(String pattern, String path) {
    assertThat(PathPattern.of(pattern).match(path)).isEmpty();
  }

  @Test
  void tellsThePartsByName() {
    assertThat(PathPattern.of("a/{b}/c/{d...}").match("a/1/c/2/3/"))
        .contains(Map.of("b", "1", "d", "2/3/"));
  }

  @Test
  void keepsTheSlashBehindAFolder() {
    assertThat(PathPattern.of("metadata/{path...}").match("metadata/a/"))
        .contains(Map.of("path", "a/"));
  }
}
