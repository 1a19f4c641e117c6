package strongroom.hcl;

import java.util.List;

/** A value in HCL. Each knows where it stands. {@code toString} never tells the content. */
public sealed interface HclValue {
  /** Where the value starts. */
  Position position();

  /** What kind it is, for messages: {@code string}, {@code number}, {@code block}… */
  String kind();

  /**
   * Text in quotes, or a heredoc; {@code ${…}} is kept as it stands.
   *
   * @param value without quotes, escapes resolved
   */
  record Text(Position position, String value) implements HclValue {
    @Override
    public String kind() {
      return "string";
    }

    @Override
    public String toString() {
      return "string[" + value.length() + "]";
    }
  }

  /**
   * A number.
   *
   * @param lexeme as it was written: {@code 42}, {@code 0x2A}, {@code 1.5}
   */
  record Numeral(Position position, String lexeme) implements HclValue {
    @Override
    public String kind() {
      return "number";
    }
  }

  /** {@code true} or {@code false}. */
  record Bool(Position position, boolean value) implements HclValue {
    @Override
    public String kind() {
      return "boolean";
    }
  }

  /** A JSON {@code null}, which HCL itself does not have. */
  record Null(Position position) implements HclValue {
    @Override
    public String kind() {
      return "null";
    }
  }

  /** {@code [a, b]}. */
  record Array(Position position, List<HclValue> items) implements HclValue {
    /** Keeps a copy of {@code items}. */
    public Array {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "list";
    }

    @Override
    public String toString() {
      return "list[" + items.size() + "]";
    }
  }

  /**
   * {@code { … }}: a block's body, an object, or a whole file. Names may repeat.
   *
   * @param entries in the order they stand in
   */
  record Body(Position position, List<Entry> entries) implements HclValue {
    /** Keeps a copy of {@code entries}. */
    public Body {
      entries = List.copyOf(entries);
    }

    @Override
    public String kind() {
      return "block";
    }

    /** All entries of that name, in order. */
    public List<Entry> named(String name) {
      return entries.stream().filter(entry -> entry.name().equals(name)).toList();
    }

    @Override
    public String toString() {
      return "block[" + entries.size() + "]";
    }
  }

  /**
   * A name with its value: {@code name = value}, or a block {@code name "label" { … }}.
   *
   * @param position where the name stands
   * @param labels of a block, each with its place; none for an attribute
   */
  record Entry(Position position, String name, List<Text> labels, HclValue value) {
    /** Keeps a copy of {@code labels}. */
    public Entry {
      labels = List.copyOf(labels);
    }
  }

  /**
   * A place in a text.
   *
   * @param source the file's path, or what the text is called in messages
   * @param line from 1
   * @param column from 1, in characters
   */
  record Position(String source, int line, int column) {
    @Override
    public String toString() {
      return source + ":" + line + ":" + column;
    }
  }
}
