package strongroom.node;

import java.util.Base64;
import java.util.HexFormat;

/**
 * A key share as it is handed out, once.
 *
 * @param content the share itself, or a binary OpenPGP message that holds its hexadecimal digits
 */
public record KeyShare(byte[] content) {
  /** The content in hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(content);
  }

  /** The content in Base64 with padding. */
  public String base64() {
    return Base64.getEncoder().encodeToString(content);
  }

  /** Nothing of the content. */
  @Override
  public String toString() {
    return "KeyShare";
  }
}
