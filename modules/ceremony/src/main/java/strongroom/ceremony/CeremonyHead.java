package strongroom.ceremony;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;

/**
 * The end of the record, signed, so that entries cannot be cut off behind.
 *
 * @param count how many entries there are
 * @param hash of the last one, in hex
 * @param signature over both
 */
public record CeremonyHead(long count, String hash, byte[] signature) {
  /** What is signed. */
  static String text(long count, String hash) {
    return "strongroom ceremony head " + count + " " + hash;
  }

  /** The bytes that are stored. */
  public byte[] toBytes() {
    return Json.toBytes(toJson());
  }

  /** As JSON. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("count", count)
        .put("hash", hash)
        .put("signature", Base64.getEncoder().encodeToString(signature))
        .build();
  }

  /**
   * Reads what {@link #toBytes} has made.
   *
   * @throws CeremonyFault where it is something else
   */
  public static CeremonyHead parse(byte[] stored) {
    return of(Members.parse(new String(stored, StandardCharsets.UTF_8)));
  }

  /**
   * Reads what {@link #toJson} has made.
   *
   * @throws CeremonyFault where it is something else
   */
  public static CeremonyHead of(JsonObject json) {
    return new CeremonyHead(
        Members.number(json, "count"),
        Members.text(json, "hash"),
        Members.bytes(json, "signature"));
  }
}
