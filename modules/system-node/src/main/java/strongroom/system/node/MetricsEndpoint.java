package strongroom.system.node;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.OpenEndpoints;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.metrics.Family;
import strongroom.metrics.Metrics;
import strongroom.metrics.PrometheusText;

/**
 * {@code sys/metrics}: what is measured, as JSON in the shape of Vault's, or as Prometheus reads it
 * ({@code format=prometheus}). Where a listener opens it, it answers in every state of the node: a
 * sealed node is when its HSM's metrics are wanted. Counts and times are since the start.
 */
final class MetricsEndpoint {
  private static final String PROMETHEUS = "prometheus";
  private static final String OPEN_METRICS = "application/openmetrics-text";
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss '+0000 UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Metrics metrics;
  private final boolean prometheus;
  private final long startNanos = System.nanoTime();

  MetricsEndpoint(Metrics metrics, boolean prometheus) {
    this.metrics = metrics;
    this.prometheus = prometheus;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("metrics", "Shows what is measured.")
            .field("format", "string", "prometheus for its text format; JSON where it is left out.")
            .on(Operation.READ, this::read)
            .tokenUnlessOpen(OpenEndpoints.METRICS)
            .whenSealed()
            .build());
  }

  private Response read(Call call) {
    if (call.client().redaction().metrics()) {
      throw Refusal.denied("this listener tells no metrics");
    }
    return switch (format(call)) {
      case "" -> Answers.bare(json(metrics.read(), call.now()));
      case PROMETHEUS -> prometheus();
      default -> throw Refusal.invalid("format is prometheus, or left out for JSON");
    };
  }

  private Response prometheus() {
    if (!prometheus) {
      throw Refusal.invalid("prometheus is not enabled: telemetry has prometheus_retention_time 0");
    }
    return Response.of(
        200,
        Response.Shape.RAW,
        new Response.Raw(
            PrometheusText.MEDIA_TYPE,
            PrometheusText.of(metrics.read()).getBytes(StandardCharsets.UTF_8)));
  }

  /** As Vault: the parameter, or else what a scraper that knows OpenMetrics accepts. */
  private static String format(Call call) {
    return call.fields()
        .string("format")
        .orElseGet(
            () ->
                call.client().headers().getOrDefault("accept", List.of()).stream()
                        .anyMatch(accepted -> accepted.startsWith(OPEN_METRICS))
                    ? PROMETHEUS
                    : "");
  }

  private JsonObject json(List<Family> families, Instant now) {
    List<JsonValue> gauges = new ArrayList<>();
    List<JsonValue> counters = new ArrayList<>();
    List<JsonValue> samples = new ArrayList<>();
    for (Family family : families) {
      for (Family.Series series : family.series()) {
        JsonObject.Builder item = JsonObject.builder().put("Name", family.name());
        switch (series.value()) {
          case Family.Value.Level(double level) -> gauges.add(gauge(item, level, series));
          case Family.Value.Count(long count) ->
              counters.add(
                  aggregate(
                      item, new Family.Value.Spread(count, count, 0, count, 0, List.of()), series));
          case Family.Value.Spread spread -> samples.add(aggregate(item, spread, series));
        }
      }
    }
    return JsonObject.builder()
        .put("Timestamp", TIMESTAMP.format(now))
        .put("Gauges", new JsonArray(gauges))
        .put("Points", new JsonArray(List.of()))
        .put("Counters", new JsonArray(counters))
        .put("Samples", new JsonArray(samples))
        .build();
  }

  private static JsonValue gauge(JsonObject.Builder item, double level, Family.Series series) {
    return item.put("Value", number(level))
        .put("Labels", JsonObject.ofStrings(series.labels().values()))
        .build();
  }

  private JsonValue aggregate(
      JsonObject.Builder item, Family.Value.Spread spread, Family.Series series) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    return item.put("Count", spread.count())
        .put("Rate", number(seconds <= 0 ? 0 : spread.sum() / seconds))
        .put("Sum", number(spread.sum()))
        .put("Min", number(spread.min()))
        .put("Max", number(spread.max()))
        .put("Mean", number(spread.count() == 0 ? 0 : spread.sum() / spread.count()))
        .put("Stddev", number(spread.deviation()))
        .put("Labels", JsonObject.ofStrings(series.labels().values()))
        .build();
  }

  private static JsonNumber number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? JsonNumber.of((long) value)
        : new JsonNumber(Double.toString(value));
  }
}
