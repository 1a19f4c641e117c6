package strongroom.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * What {@code version} prints.
 *
 * @param product the version of Strongroom
 * @param vault the version of Vault whose API and command line it follows
 * @param bao the version of OpenBao whose command line it follows
 * @param built when it was built, RFC 3339
 */
public record ProductVersion(String product, String vault, String bao, String built) {

  /** The version that the build wrote into this module. */
  public static ProductVersion ofBuild() {
    Properties values = new Properties();
    try (InputStream in = ProductVersion.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("version.properties is missing from the module");
      }
      values.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ProductVersion(
        values.getProperty("product", ""),
        values.getProperty("vault", ""),
        values.getProperty("bao", ""),
        values.getProperty("built", ""));
  }

  /** The line that {@code program version} prints: scripts of each program look for their own. */
  String line(String program) {
    String tail = "+strongroom." + product + " (strongroom v" + product + "), built " + built;
    return switch (program) {
      case "vault" -> "Vault v" + vault + tail;
      case "bao" -> "OpenBao v" + bao + tail;
      default -> "Strongroom v" + product + " (Vault API " + vault + ")";
    };
  }
}
