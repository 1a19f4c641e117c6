package strongroom.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures of one run: told as they come, printed as a table, and added to the history. */
final class FigureSheet implements TransitFigures.Figures {
  private final Path root;
  private final List<Row> rows = new ArrayList<>();

  /** One figure: what it is called in the history, its value, and what it is to be. */
  private record Row(String name, double value, String unit, String aim, String against) {}

  /** Of the checkout at {@code root}. */
  FigureSheet(Path root) {
    this.root = root;
  }

  @Override
  public void add(String name, double value, String unit, String aim, String against) {
    Row row = new Row(name, value, unit, aim, against);
    rows.add(row);
    say(name + ": " + figure(row));
  }

  private static String figure(Row row) {
    String format = row.value() >= 100 ? "%,.0f %s" : "%.2f %s";
    return String.format(Locale.ROOT, format, row.value(), row.unit());
  }

  static void say(String text) {
    System.err.println("  " + text);
  }

  static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  void print() {
    System.out.println("\n| measured | here | aim | against |\n|---|---|---|---|");
    for (Row row : rows) {
      System.out.printf(
          "| %s | %s | %s | %s |%n", row.name(), figure(row), row.aim(), row.against());
    }
  }

  /** One line a figure: when, which commit, what, how much, in what. */
  void keep() throws IOException {
    Path history = Files.createDirectories(root.resolve("bench")).resolve("history.tsv");
    if (!Files.exists(history)) {
      Files.writeString(history, "time\tcommit\tmeasured\tvalue\tunit\n");
    }
    String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    String commit = System.getProperty("strongroom.commit", "unknown");
    StringBuilder lines = new StringBuilder();
    for (Row row : rows) {
      lines.append(
          String.format(
              Locale.ROOT,
              "%s\t%s\t%s\t%.3f\t%s%n",
              time,
              commit,
              row.name(),
              row.value(),
              row.unit()));
    }
    Files.writeString(history, lines, StandardOpenOption.APPEND);
  }
}
