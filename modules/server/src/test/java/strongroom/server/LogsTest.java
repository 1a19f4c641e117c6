package strongroom.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogsTest {
  private final Logger one = LoggerFactory.getLogger("strongroom.some.part.Thing");
  private final Logger other = LoggerFactory.getLogger("strongroom.other.Thing");
  private final Logger library = LoggerFactory.getLogger("org.example.Thing");

  @BeforeEach
  @AfterEach
  void configure() {
    Logs.setLevel("info");
  }

  @Test
  void changesOnePartAndPutsItBack() {
    assertThat(Logs.levels()).containsEntry("some.part", "info").containsEntry("other", "info");
    Logs.change("some.part", "Debug");
    assertThat(one.isDebugEnabled()).isTrue();
    assertThat(other.isDebugEnabled()).isFalse();
    assertThat(Logs.levels()).containsEntry("some.part", "debug").containsEntry("other", "info");
    Logs.revert("some.part");
    assertThat(one.isDebugEnabled()).isFalse();
  }

  @Test
  void changesAllPartsAndNoLibraryAndPutsThemBack() {
    Logs.change("other", "error");
    Logs.changeAll("trace");
    assertThat(one.isTraceEnabled()).isTrue();
    assertThat(other.isTraceEnabled()).as("what was set for it alone is gone").isTrue();
    assertThat(library.isInfoEnabled()).isFalse();
    Logs.revertAll();
    assertThat(one.isDebugEnabled()).isFalse();
    assertThat(Logs.levels().values()).containsOnly("info");
  }

  @Test
  void readingTheConfigurationAnewEndsAllChanges() {
    Logs.change("other", "trace");
    Logs.setLevel("warn");
    assertThat(Logs.levels().values()).containsOnly("warn");
    assertThat(Logs.isLevel("loud")).isFalse();
  }
}
