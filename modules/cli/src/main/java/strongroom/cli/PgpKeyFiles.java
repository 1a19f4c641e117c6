package strongroom.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** OpenPGP public keys in files, as the API takes them: the binary key in Base64. */
final class PgpKeyFiles {
  private static final String BEGIN = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
  private static final String END = "-----END PGP PUBLIC KEY BLOCK-----";

  private PgpKeyFiles() {}

  /** The keys in the files that {@code commaSeparated} names, in their order. */
  static List<String> all(String commaSeparated) {
    List<String> keys = new ArrayList<>();
    for (String file : commaSeparated.split(",", -1)) {
      if (!file.isBlank()) {
        keys.add(one(file.strip()));
      }
    }
    return keys;
  }

  /** The key in {@code file}: binary, in ASCII armour (RFC 9580 section 6.2), or in Base64. */
  static String one(String file) {
    String name = file.startsWith("@") ? file.substring(1) : file;
    if (name.startsWith("keybase:")) {
      throw Failure.usage(
          name + ": keys are not fetched from Keybase; save the key in a file and name that");
    }
    byte[] bytes = DataArguments.readFile(Path.of(name));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int begin = text.indexOf(BEGIN);
    if (begin >= 0) {
      return armoured(name, text, begin + BEGIN.length());
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(text.replaceAll("\\s", ""));
      if (decoded.length > 0) {
        return Base64.getEncoder().encodeToString(decoded);
      }
    } catch (IllegalArgumentException e) {
      // Then it is binary.
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String armoured(String name, String text, int start) {
    int end = text.indexOf(END, start);
    if (end < 0) {
      throw Failure.usage(name + ": the PGP key ends early");
    }
    StringBuilder body = new StringBuilder();
    boolean headers = true;
    for (String line : text.substring(start, end).strip().split("\r?\n", -1)) {
      String part = line.strip();
      if (headers && part.contains(": ")) {
        continue;
      }
      headers = false;
      // The checksum is not part of the key.
      if (!part.startsWith("=")) {
        body.append(part);
      }
    }
    try {
      return Base64.getEncoder().encodeToString(Base64.getDecoder().decode(body.toString()));
    } catch (IllegalArgumentException e) {
      throw Failure.usage(name + ": the PGP key is damaged");
    }
  }
}
