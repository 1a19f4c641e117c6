package strongroom.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows in columns, four spaces apart, as people know them from Vault: a header underlined by
 * dashes, {@code n/a} for nothing, no spaces behind the last column.
 */
final class Table {
  private static final String GLUE = "    ";
  private static final String NOTHING = "n/a";

  private final List<List<String>> rows = new ArrayList<>();

  /** A table whose first row is {@code header}, underlined. */
  static Table titled(String... header) {
    Table table = new Table();
    table.row(header);
    table.row(List.of(header).stream().map(name -> "-".repeat(name.length())).toList());
    return table;
  }

  /** A table without a header. */
  static Table plain() {
    return new Table();
  }

  Table row(String... cells) {
    return row(List.of(cells));
  }

  Table row(List<String> cells) {
    rows.add(
        cells.stream().map(String::strip).map(cell -> cell.isEmpty() ? NOTHING : cell).toList());
    return this;
  }

  /** Adds a row where {@code value} is not empty. */
  Table rowUnlessEmpty(String name, String value) {
    return value.isEmpty() ? this : row(name, value);
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** All rows, without a line break at the end. */
  String render() {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        int width = row.get(i).codePointCount(0, row.get(i).length());
        if (i == widths.size()) {
          widths.add(width);
        } else {
          widths.set(i, Math.max(widths.get(i), width));
        }
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      if (!out.isEmpty()) {
        out.append('\n');
      }
      for (int i = 0; i < row.size(); i++) {
        String cell = row.get(i);
        out.append(cell);
        if (i < row.size() - 1) {
          int width = cell.codePointCount(0, cell.length());
          out.append(" ".repeat(widths.get(i) - width)).append(GLUE);
        }
      }
    }
    return out.toString();
  }
}
