package strongroom.config;

/** Of what type a key's value is. */
enum Kind {
  TEXT("text", "text in quotes"),
  BOOLEAN("boolean", "true or false"),
  WHOLE("whole number", "a whole number"),
  BYTES("bytes", "a number of bytes, or text with a unit such as \"32MiB\""),
  DURATION("duration", "seconds, or text with a unit such as \"90s\" or \"1h30m\""),
  TEXTS("list of texts", "a list of texts, or one text with commas between them"),
  BLOCK("block", "a block: { … }"),
  ANY("any", "any value");

  private final String shown;
  private final String allowed;

  Kind(String shown, String allowed) {
    this.shown = shown;
    this.allowed = allowed;
  }

  /** For the tables of the documentation. */
  String shown() {
    return shown;
  }

  /** For messages: what may be written. */
  String allowed() {
    return allowed;
  }
}
