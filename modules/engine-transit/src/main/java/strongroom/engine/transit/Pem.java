package strongroom.engine.transit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import strongroom.logical.Refusal;

/** Text with {@code -----BEGIN …-----} (RFC 7468). */
final class Pem {
  private static final int LINE_LENGTH = 64;
  private static final String BEGIN = "-----BEGIN ";
  private static final String END = "-----END ";
  private static final String DASHES = "-----";

  private Pem() {}

  /** {@code der} as a block of {@code label}, with a line end behind. */
  static String of(String label, byte[] der) {
    return BEGIN
        + label
        + DASHES
        + "\n"
        + Base64.getMimeEncoder(LINE_LENGTH, new byte[] {'\n'}).encodeToString(der)
        + "\n"
        + END
        + label
        + DASHES
        + "\n";
  }

  static String publicKey(byte[] encoded) {
    return of("PUBLIC KEY", encoded);
  }

  /** All certificates, without a line end behind the last. */
  static String chain(List<byte[]> certificates) {
    return certificates.stream()
        .map(der -> of("CERTIFICATE", der).strip())
        .collect(Collectors.joining("\n"));
  }

  /** The blocks of {@code label} in {@code text}, in DER; others are passed over. */
  static List<byte[]> blocks(String text, String label) {
    String begin = BEGIN + label + DASHES;
    String end = END + label + DASHES;
    List<byte[]> blocks = new ArrayList<>();
    for (int at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at)) {
      int from = at + begin.length();
      int to = text.indexOf(end, from);
      if (to < 0) {
        throw Refusal.invalid("a PEM block has no end");
      }
      try {
        blocks.add(
            Base64.getMimeDecoder()
                .decode(text.substring(from, to).strip().getBytes(StandardCharsets.ISO_8859_1)));
      } catch (IllegalArgumentException e) {
        throw Refusal.invalid("a PEM block is not valid base64");
      }
      at = to + end.length();
    }
    return blocks;
  }
}
