package strongroom.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/** What a command prints: results to standard output, in the format asked for; the rest beside. */
public final class Output {
  /** The formats that results can be printed in. */
  enum Format {
    TABLE,
    JSON,
    YAML,
    RAW,
    PRETTY
  }

  private static final String RED = "\u001b[31m";
  private static final String YELLOW = "\u001b[33m";
  private static final String PLAIN = "\u001b[0m";

  private final Streams streams;
  private final Format format;
  private final boolean colored;

  Output(Streams streams, Format format, boolean colored) {
    this.streams = streams;
    this.format = format;
    this.colored = colored && streams.prompt().interactive();
  }

  /** The format called {@code name}. */
  static Format format(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "table", "" -> Format.TABLE;
      case "json" -> Format.JSON;
      case "yaml", "yml" -> Format.YAML;
      case "raw" -> Format.RAW;
      case "pretty" -> Format.PRETTY;
      default ->
          throw Failure.usage(
              "Invalid output format: " + name + " (table, json, yaml, raw or pretty)");
    };
  }

  /** Whether results are for people rather than for programs. */
  public boolean table() {
    return format == Format.TABLE || format == Format.PRETTY;
  }

  Format format() {
    return format;
  }

  /** Prints a line of a result. */
  public void line(String text) {
    streams.out().println(text);
  }

  /** Prints a line in table format only: what programs would stumble over. */
  public void note(String text) {
    if (table()) {
      line(text);
    }
  }

  /** Prints a warning to standard error. */
  public void warn(String text) {
    streams.err().println(colored ? YELLOW + text + PLAIN : text);
  }

  /** Prints an error to standard error. */
  public void error(String text) {
    streams.err().println(colored ? RED + text + PLAIN : text);
  }

  /** Prints {@code text} as it is, with a line break only where a person reads it. */
  void bare(String text) {
    streams.out().print(text);
    if (streams.prompt().interactive()) {
      streams.out().println();
    }
  }

  /** Prints {@code value} in the format asked for; objects become tables of keys and values. */
  public void value(JsonValue value) {
    switch (format) {
      case JSON -> line(JsonText.indented(value));
      case YAML -> line(YamlText.of(value));
      case RAW -> throw noRaw();
      case TABLE, PRETTY -> {
        switch (value) {
          case JsonObject object -> SecretTable.of(object).ifPresent(this::line);
          case JsonArray array -> array.items().forEach(item -> line(GoText.value(item)));
          case JsonValue plain -> line(GoText.value(plain));
        }
      }
    }
  }

  /** Prints a secret. */
  void secret(Secret secret) {
    switch (format) {
      case JSON -> line(JsonText.indented(secret.toJson()));
      case YAML -> line(YamlText.of(secret.toJson()));
      case RAW -> raw(secret);
      case TABLE, PRETTY -> {
        warnings(secret);
        SecretTable.of(secret).ifPresent(this::line);
      }
    }
  }

  private void raw(Secret secret) {
    if (secret.raw().length == 0) {
      throw noRaw();
    }
    line(new String(secret.raw(), StandardCharsets.UTF_8).stripTrailing());
  }

  private static Failure noRaw() {
    return Failure.usage("This command does not support the -format=raw option.");
  }

  /** Prints a secret, or the one field of it that {@code field} names. */
  void secret(Secret secret, Optional<String> field) {
    if (field.isPresent()) {
      field(secret.field(field.get()), field.get());
    } else {
      secret(secret);
    }
  }

  /** Prints one value by itself. */
  void field(Optional<JsonValue> value, String name) {
    JsonValue found =
        value.orElseThrow(
            () ->
                Failure.usage(
                    "Field "
                        + GoText.quoted(List.of(name)).replaceAll("^\\[|]$", "")
                        + " not present in secret"));
    switch (format) {
      case JSON -> bare(JsonText.indented(JsonText.sorted(found)));
      // A document of its own ends its last line.
      case YAML -> bare(YamlText.of(found) + "\n");
      case RAW, TABLE, PRETTY ->
          bare(found instanceof JsonString(String text) ? text : GoText.value(found));
    }
  }

  /** Prints the names of a list. */
  void keys(Secret secret, List<String> names, boolean detailed) {
    switch (format) {
      case JSON -> line(JsonText.indented(detailed ? secret.toJson() : JsonArray.ofStrings(names)));
      case YAML -> line(YamlText.of(detailed ? secret.toJson() : JsonArray.ofStrings(names)));
      case RAW -> raw(secret);
      case TABLE, PRETTY -> {
        warnings(secret);
        if (!names.isEmpty()) {
          line(SecretTable.keys(secret, names, detailed));
        }
      }
    }
  }

  /** Prints the warnings of an answer, in table format only: other formats hold them. */
  void warnings(Secret secret) {
    if (secret.hasWarnings()) {
      warn("WARNING! The following warnings were returned from Vault:\n");
      for (String warning : secret.warnings()) {
        warn(HelpText.wrap("* " + warning, "  ") + "\n");
      }
    }
  }
}
