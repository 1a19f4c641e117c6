package strongroom.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import strongroom.secret.SecretBytes;

/**
 * One parameter of a seal: a value, {@code env://NAME} or {@code file:///path}. What it refers to
 * is read each time it is asked for, so that a reload sees what changed. A secret written in the
 * configuration itself is held outside the heap until this is closed.
 */
public final class SealParameter implements AutoCloseable {
  /** A PIN or label is short; a file that is longer is the wrong one. */
  private static final int FILE_BYTES_MAX = 64 * 1024;

  private final String key;
  private final String place;
  private final boolean secret;
  private final Source source;

  private SealParameter(String key, String place, boolean secret, Source source) {
    this.key = key;
    this.place = place;
    this.secret = secret;
    this.source = source;
  }

  private sealed interface Source {
    /** Written in the configuration. */
    record Literal(String text) implements Source {}

    /** Written in the configuration, and secret. */
    record SecretLiteral(SecretBytes bytes) implements Source {}

    /** In a variable. */
    record Variable(String name, Environment environment) implements Source {}

    /** In a file. */
    record File(String path) implements Source {}
  }

  static SealParameter of(String key, Given given, boolean secret, Environment environment) {
    String text = given.text().orElseThrow();
    Source source;
    if (text.startsWith("env://")) {
      source = new Source.Variable(text.substring("env://".length()), environment);
    } else if (text.startsWith("file://")) {
      source = new Source.File(text.substring("file://".length()));
    } else if (secret) {
      source = new Source.SecretLiteral(SecretBytes.takeFrom(text.getBytes(UTF_8)));
    } else {
      source = new Source.Literal(text);
    }
    return new SealParameter(key, Given.place(given.at()), secret, source);
  }

  /** Where it was set: {@code file:line:column}, or the name of a variable. */
  public String place() {
    return place;
  }

  /** Whether its value may not be shown. */
  public boolean isSecret() {
    return secret;
  }

  /**
   * The value, of a parameter that is no secret.
   *
   * @throws ConfigurationFault where the variable or file that it refers to cannot be read
   */
  public String text() {
    if (secret) {
      throw new IllegalStateException(key + " is a secret: take it as bytes");
    }
    return switch (source) {
      case Source.Literal(String text) -> text;
      case Source.SecretLiteral s -> throw new IllegalStateException(key + " is a secret");
      case Source.Variable(String name, Environment environment) -> variable(name, environment);
      case Source.File(String path) -> new String(line(path), UTF_8);
    };
  }

  /**
   * The value's UTF-8 bytes. The caller closes them.
   *
   * @throws ConfigurationFault where the variable or file that it refers to cannot be read
   */
  public SecretBytes takeSecret() {
    return switch (source) {
      case Source.Literal(String text) -> SecretBytes.takeFrom(text.getBytes(UTF_8));
      case Source.SecretLiteral(SecretBytes bytes) -> bytes.copy();
      case Source.Variable(String name, Environment environment) ->
          SecretBytes.takeFrom(variable(name, environment).getBytes(UTF_8));
      case Source.File(String path) ->
          SecretBytes.takeFrom(SealStanzas.WHOLE_FILE.contains(key) ? file(path) : line(path));
    };
  }

  /** Whether the value is true; of a parameter that was checked to be a boolean. */
  public boolean bool() {
    return switch (text().strip().toLowerCase(Locale.ROOT)) {
      case "true", "t", "1" -> true;
      default -> false;
    };
  }

  /** Finds out whether what it refers to can be read. */
  void check() {
    takeSecret().close();
  }

  private String variable(String name, Environment environment) {
    return environment
        .value(name)
        .orElseThrow(() -> fault("the environment variable " + name + " is not set; set it"));
  }

  /** The file's bytes without the line's end. */
  private byte[] line(String path) {
    byte[] bytes = file(path);
    int end = bytes.length;
    end -= bytes[end - 1] == '\n' ? 1 : 0;
    end -= end > 0 && bytes[end - 1] == '\r' ? 1 : 0;
    byte[] line = Arrays.copyOf(bytes, end);
    Arrays.fill(bytes, (byte) 0);
    if (end == 0) {
      throw fault("the file " + path + " is empty");
    }
    return line;
  }

  private byte[] file(String path) {
    byte[] bytes;
    try (var in = Files.newInputStream(Path.of(path))) {
      bytes = in.readNBytes(FILE_BYTES_MAX + 1);
    } catch (NoSuchFileException e) {
      throw fault("there is no file " + path);
    } catch (IOException | InvalidPathException e) {
      throw fault("the file " + path + " cannot be read (" + e.getClass().getSimpleName() + ")");
    }
    if (bytes.length > FILE_BYTES_MAX) {
      Arrays.fill(bytes, (byte) 0);
      throw fault("the file " + path + " has more than " + FILE_BYTES_MAX + " bytes");
    }
    if (bytes.length == 0) {
      throw fault("the file " + path + " is empty");
    }
    return bytes;
  }

  private ConfigurationFault fault(String problem) {
    return new ConfigurationFault(List.of(place + ": \"" + key + "\": " + problem), List.of());
  }

  /** Overwrites a secret that was written in the configuration. */
  @Override
  public void close() {
    if (source instanceof Source.SecretLiteral(SecretBytes bytes)) {
      bytes.close();
    }
  }

  /** Names key and place; no value. */
  @Override
  public String toString() {
    return "SealParameter[" + key + " at " + place + "]";
  }
}
