package strongroom.logical;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
  @ParameterizedTest
  @CsvSource({
    "90, PT90S",
    "'', PT0S",
    "0, PT0S",
    "1h30m, PT1H30M",
    "1.5h, PT1H30M",
    "30d, PT720H",
    "2w, PT336H",
    "250ms, PT0.25S",
    "-5s, PT-5S",
    "768h0m0s, PT768H",
  })
  void readsDurations(String text, Duration expected) {
    assertThat(TimeText.parseDuration(text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "h",
        "1x",
        "1h30",
        "--1",
        "1..5s",
        "-",
        "1 h",
        "99999999999999999999s",
        "1e9",
        "∞"
      })
  void refusesWhatIsNoDuration(String text) {
    assertThat(TimeText.parseDuration(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"PT768H, 768h0m0s", "PT90S, 1m30s", "PT0S, 0s", "PT5S, 5s", "PT-61S, -1m1s"})
  void writesDurationsAsClientsKnowThem(Duration duration, String expected) {
    assertThat(TimeText.formatDuration(duration)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-02T03:04:05Z, 2026-01-02T03:04:05Z",
    "2026-01-02T03:04:05.600Z, 2026-01-02T03:04:05.6Z",
    "2026-01-02T03:04:05.000000001Z, 2026-01-02T03:04:05.000000001Z",
  })
  void writesTimesWithoutTrailingZeros(Instant time, String expected) {
    assertThat(TimeText.format(time)).isEqualTo(expected);
  }

  @Test
  void readsTimesWithAnyOffset() {
    assertThat(TimeText.parseTime("2026-01-02T05:04:05+02:00"))
        .contains(Instant.parse("2026-01-02T03:04:05Z"));
    assertThat(TimeText.parseTime("yesterday")).isEmpty();
  }

  @Test
  void writesAndReadsAnyTimeAsTheGeneralFormatterDoes() {
    java.util.Random random = new java.util.Random(7);
    for (int i = 0; i < 100_000; i++) {
      java.time.Instant time =
          java.time.Instant.ofEpochSecond(
              random.nextLong(-62_167_219_200L, 253_402_300_800L),
              i % 3 == 0
                  ? 0
                  : i % 3 == 1 ? random.nextInt(1000) * 1_000_000L : random.nextInt(1_000_000_000));
      String text = TimeText.format(time);
      assertThat(java.time.Instant.parse(text)).isEqualTo(time);
      assertThat(TimeText.parseTime(text)).contains(time);
    }
  }

  @Test
  void refusesTimesThatAreNone() {
    assertThat(TimeText.parseTime("2026-02-30T00:00:00Z")).isEmpty();
    assertThat(TimeText.parseTime("2026-01-02T24:00:01Z")).isEmpty();
    assertThat(TimeText.parseTime("2026-01-02T03:04:0xZ")).isEmpty();
    assertThat(TimeText.parseTime("2026-01-02T03:04:05+01:00"))
        .contains(java.time.Instant.parse("2026-01-02T02:04:05Z"));
  }
}
