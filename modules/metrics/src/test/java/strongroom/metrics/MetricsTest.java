package strongroom.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

final class MetricsTest {
  private final Metrics metrics = new Metrics();

  @Test
  void countsOfManyThreadsAddUp() {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        threads.submit(
            () -> {
              for (int j = 0; j < 10_000; j++) {
                metrics.counter("done_total", "What was done", Labels.of("by", "test")).increment();
                metrics.timing("took_seconds", "How long", Labels.NONE).record(1_000_000);
              }
            });
      }
    }
    assertThat(metrics.counter("done_total", "", Labels.of("by", "test")).count())
        .isEqualTo(80_000);
    Family.Value.Spread spread = metrics.timing("took_seconds", "", Labels.NONE).read();
    assertThat(spread.count()).isEqualTo(80_000);
    assertThat(spread.sum()).isBetween(79.999, 80.001);
    assertThat(spread.min()).isEqualTo(0.001);
    assertThat(spread.max()).isEqualTo(0.001);
    assertThat(spread.deviation()).isLessThan(1e-6);
  }

  @Test
  void showsAsPrometheusReadsIt() {
    metrics.counter("errors_total", "What failed", Labels.of("why", "a \"b\"\\\n")).increment();
    metrics.timing("call_seconds", "How long", Labels.of("op", "x")).record(200_000);
    metrics.timing("call_seconds", "How long", Labels.of("op", "x")).record(40_000_000_000L);
    metrics.gauges(
        "up",
        "Whether it is",
        () -> List.of(new Family.Series(Labels.NONE, new Family.Value.Level(1))));
    assertThat(PrometheusText.of(metrics.read()))
        .contains("# HELP errors_total What failed\n# TYPE errors_total counter\n")
        .contains("errors_total{why=\"a \\\"b\\\"\\\\\\n\"} 1\n")
        .contains("# TYPE call_seconds histogram\n")
        .contains("call_seconds_bucket{le=\"1.0E-4\",op=\"x\"} 0\n")
        .contains("call_seconds_bucket{le=\"2.5E-4\",op=\"x\"} 1\n")
        .contains("call_seconds_bucket{le=\"30\",op=\"x\"} 1\n")
        .contains("call_seconds_bucket{le=\"+Inf\",op=\"x\"} 2\n")
        .contains("call_seconds_count{op=\"x\"} 2\n")
        .contains("# TYPE up gauge\nup 1\n");
  }

  @Test
  void seriesWithoutBoundGoIntoOne() {
    for (int i = 0; i < Metrics.SERIES_MAX + 100; i++) {
      metrics.counter("many_total", "Many", Labels.of("id", "v" + i)).increment();
    }
    Family family = metrics.read().getFirst();
    assertThat(family.series()).hasSize(Metrics.SERIES_MAX + 1);
    assertThat(metrics.counter("many_total", "", Labels.of("id", "other")).count()).isEqualTo(100);
  }

  @Test
  void refusesNamesThatMonitoringDoesNotTake() {
    assertThatThrownBy(() -> metrics.counter("hsm.op", "", Labels.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hsm.op");
  }
}
