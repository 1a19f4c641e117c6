package strongroom.metrics;

import java.util.List;
import java.util.Map;

/** Metrics in the text that Prometheus reads (text exposition format 0.0.4). */
public final class PrometheusText {
  /** Its {@code Content-Type}. */
  public static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private PrometheusText() {}

  /** {@code families} as text. */
  public static String of(List<Family> families) {
    StringBuilder text = new StringBuilder();
    for (Family family : families) {
      text.append("# HELP ")
          .append(family.name())
          .append(' ')
          .append(escaped(family.help(), false));
      text.append("\n# TYPE ").append(family.name()).append(' ').append(type(family.kind()));
      text.append('\n');
      family.series().forEach(series -> append(text, family.name(), series));
    }
    return text.toString();
  }

  private static String type(Family.Kind kind) {
    return switch (kind) {
      case COUNTER -> "counter";
      case GAUGE -> "gauge";
      case TIMING -> "histogram";
    };
  }

  private static void append(StringBuilder text, String name, Family.Series series) {
    Labels labels = series.labels();
    switch (series.value()) {
      case Family.Value.Count(long count) -> line(text, name, labels, Long.toString(count));
      case Family.Value.Level(double level) -> line(text, name, labels, number(level));
      case Family.Value.Spread spread -> {
        for (Family.Bucket bucket : spread.buckets()) {
          line(
              text,
              name + "_bucket",
              labels.and("le", number(bucket.bound())),
              Long.toString(bucket.count()));
        }
        line(text, name + "_sum", labels, number(spread.sum()));
        line(text, name + "_count", labels, Long.toString(spread.count()));
      }
    }
  }

  private static void line(StringBuilder text, String name, Labels labels, String value) {
    text.append(name);
    char before = '{';
    for (Map.Entry<String, String> label : labels.values().entrySet()) {
      text.append(before).append(label.getKey()).append("=\"");
      text.append(escaped(label.getValue(), true)).append('"');
      before = ',';
    }
    text.append(before == '{' ? " " : "} ").append(value).append('\n');
  }

  private static String escaped(String value, boolean quoted) {
    String escaped = value.replace("\\", "\\\\").replace("\n", "\\n");
    return quoted ? escaped.replace("\"", "\\\"") : escaped;
  }

  private static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
