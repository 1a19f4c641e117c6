package strongroom.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Values that stand elsewhere: {@code env://NAME} and {@code file:///path}. */
public final class References {
  private static final String ENV = "env://";
  private static final String FILE = "file://";
  private static final long FILE_BYTES_MAX = 64 * 1024;

  private References() {}

  /**
   * What {@code value} stands for, read anew at each call; a value of no such form is itself. Line
   * ends behind a file's text do not count.
   *
   * @throws ConfigurationFault where it cannot be read; the message names the place, not the content
   */
  public static String resolve(String value, Map<String, String> environment) {
    if (value.startsWith(ENV)) {
      String name = value.substring(ENV.length());
      String found = environment.get(name);
      if (found == null) {
        throw new ConfigurationFault(
            List.of("the environment has no variable " + name + ", which " + ENV + " names"));
      }
      return found;
    }
    if (!value.startsWith(FILE)) {
      return value;
    }
    Path path = Path.of(value.substring(FILE.length()));
    try {
      if (Files.size(path) > FILE_BYTES_MAX) {
        throw new ConfigurationFault(
            List.of(path + " is larger than " + FILE_BYTES_MAX + " bytes"));
      }
      return Files.readString(path).replaceFirst("[\\r\\n]+\\z", "");
    } catch (IOException e) {
      throw new ConfigurationFault(List.of(path + " cannot be read: " + e));
    }
  }
}
