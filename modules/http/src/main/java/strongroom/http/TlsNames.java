package strongroom.http;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** TLS versions and cipher suites, from the names that configuration files have. */
public final class TlsNames {
  private static final List<String> VERSIONS = List.of("tls12", "tls13");
  private static final List<String> OLD_VERSIONS = List.of("tls10", "tls11");

  private TlsNames() {}

  /**
   * The protocols from {@code min} to {@code max}, by Java's names.
   *
   * @param min {@code tls12}, {@code tls13}, or empty text for {@code tls12}
   * @param max likewise, empty text for {@code tls13}
   * @throws HttpFault for another name, or where none is left between the two
   */
  public static List<String> protocols(String min, String max) {
    int from = index("tls_min_version", min.isEmpty() ? "tls12" : min);
    int to = index("tls_max_version", max.isEmpty() ? "tls13" : max);
    if (from > to) {
      throw new HttpFault(
          "tls_min_version " + min + " is above tls_max_version " + max + ": nobody could connect",
          null);
    }
    List<String> protocols = new ArrayList<>();
    for (int i = from; i <= to; i++) {
      protocols.add("TLSv1." + (i + 2));
    }
    return List.copyOf(protocols);
  }

  private static int index(String key, String name) {
    if (OLD_VERSIONS.contains(name)) {
      throw new HttpFault(key + " is " + name + ", which is not safe any more; use tls12", null);
    }
    int index = VERSIONS.indexOf(name);
    if (index < 0) {
      throw new HttpFault(key + " is \"" + name + "\"; allowed are tls12 and tls13", null);
    }
    return index;
  }

  /**
   * The cipher suites {@code names}, by Java's names, and all of TLS 1.3, as these cannot be chosen
   * from.
   *
   * @throws HttpFault for a name that this Java does not have or does not allow
   */
  static List<String> cipherSuites(List<String> names) {
    Set<String> usable = usable();
    Set<String> suites = new LinkedHashSet<>();
    for (String name : names) {
      String suite = name.strip();
      if (suite.endsWith("_WITH_CHACHA20_POLY1305")) {
        // Go's older name.
        suite = suite + "_SHA256";
      }
      if (!usable.contains(suite)) {
        throw new HttpFault(
            "tls_cipher_suites names \""
                + name
                + "\", which is unknown or not safe any more; usable are "
                + String.join(", ", usable),
            null);
      }
      suites.add(suite);
    }
    usable.stream().filter(suite -> !suite.contains("_WITH_")).forEach(suites::add);
    return List.copyOf(suites);
  }

  private static Set<String> usable() {
    try {
      Set<String> usable = new LinkedHashSet<>();
      Arrays.stream(SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites())
          .filter(suite -> suite.startsWith("TLS_") && !suite.endsWith("_SCSV"))
          .forEach(usable::add);
      return usable;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }
}
