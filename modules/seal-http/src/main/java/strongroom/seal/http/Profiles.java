package strongroom.seal.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import strongroom.seal.SealFault;

/**
 * A file of profiles as the clouds' own tools keep it: {@code [name]} and below it {@code key =
 * value}; lines that begin with {@code #} or {@code ;} are remarks.
 */
public final class Profiles {
  private final Map<String, Map<String, String>> sections;

  private Profiles(Map<String, Map<String, String>> sections) {
    this.sections = sections;
  }

  /**
   * The profiles in {@code file}, which may be absent: then there are none.
   *
   * @throws SealFault.Configuration where it is there and cannot be read
   */
  public static Profiles read(String file) {
    try {
      return parse(Files.readString(Path.of(file), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return new Profiles(Map.of());
    } catch (IOException | InvalidPathException e) {
      throw new SealFault.Configuration(
          "the file " + file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
    }
  }

  static Profiles parse(String text) {
    Map<String, Map<String, String>> sections = new HashMap<>();
    Map<String, String> section = new HashMap<>();
    for (String raw : text.lines().toList()) {
      String line = raw.strip();
      if (line.startsWith("[") && line.endsWith("]")) {
        section =
            sections.computeIfAbsent(
                line.substring(1, line.length() - 1).strip(), _ -> new HashMap<>());
      } else if (!line.startsWith("#") && !line.startsWith(";") && line.indexOf('=') > 0) {
        String key = line.substring(0, line.indexOf('=')).strip().toLowerCase(Locale.ROOT);
        section.put(key, line.substring(line.indexOf('=') + 1).strip());
      }
    }
    return new Profiles(sections);
  }

  /** The value of {@code key} in the profile {@code name}. */
  public Optional<String> value(String name, String key) {
    return Optional.ofNullable(sections.getOrDefault(name, Map.of()).get(key))
        .filter(value -> !value.isEmpty());
  }

  /** How many there are. */
  @Override
  public String toString() {
    return "Profiles[" + sections.size() + "]";
  }
}
